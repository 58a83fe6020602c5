"""scripts/check-dispatch tells replicated dispatch from merged, and a branch from a cmov."""

import unittest

from loading import load_script

check_dispatch = load_script("scripts/check-dispatch")

JUMP = ("jmpq", "*(%r12,%rax,8)")
OTHER = ("addq", "$0x8, %rdi")
# ip += condition ? distance : 0, without a branch.
SELECTED_TARGET = [
    ("cmoveq", "%rdx, %rcx"),
    ("leaq", "0x8(%r13,%rcx,2), %r13"),
    ("movzwl", "(%r13), %eax"),
    ("jmpq", "*0x224370(,%rax,8)"),
]
# The greater of two operands, stored; then an ordinary dispatch.
SELECTED_OPERAND = [
    ("cmovgq", "%rdx, %rcx"),
    ("movq", "%rcx, (%r14)"),
    ("movl", "$0x1, %ecx"),
    ("movzwl", "0x8(%r13), %eax"),
    ("jmpq", "*0x224370(,%rax,8)"),
]


class DispatchRules(unittest.TestCase):
    def goto_offences(self, jumps, opcodes):
        functions = {"som::Value som::RunGoto<false>(som::VM*)": [OTHER, JUMP] * jumps}
        return list(check_dispatch.check_goto(functions, ["Op"] * opcodes))

    def tail_offences(self, name, code):
        functions = {f"som::Tail<false>::Handle{name}(som::VM*)": code}
        return list(check_dispatch.check_tail(functions, [name]))

    def test_replicated_dispatch_passes(self):
        self.assertEqual(self.goto_offences(90, 100), [])

    def test_merged_dispatch_is_found(self):
        self.assertEqual(len(self.goto_offences(1, 100)), 1)

    def test_missing_goto_engine_is_found(self):
        self.assertEqual(len(list(check_dispatch.check_goto({}, ["Op"] * 100))), 1)

    def test_handler_that_jumps_passes(self):
        self.assertEqual(self.tail_offences("Add", [OTHER, JUMP]), [])

    def test_handler_without_a_jump_is_found(self):
        self.assertEqual(len(self.tail_offences("Add", [OTHER, ("retq", "")])), 1)

    def test_handler_that_hands_over_passes(self):
        handed_over = ("jmp", "0x4010 <som::Value som::Tail<false>::HandleSendMiss(som::VM*)>")
        self.assertEqual(self.tail_offences("Send", [OTHER, handed_over]), [])

    def test_return_needs_no_jump(self):
        self.assertEqual(self.tail_offences("ReturnLocal", [OTHER, ("retq", "")]), [])

    def test_selected_target_of_a_conditional_jump_is_found(self):
        self.assertEqual(len(self.tail_offences("JumpIfTrue", SELECTED_TARGET)), 1)

    def test_selected_operand_passes(self):
        self.assertEqual(self.tail_offences("LessJumpIfFalse", SELECTED_OPERAND), [])

    def test_selection_in_other_handlers_passes(self):
        self.assertEqual(self.tail_offences("Max", SELECTED_TARGET), [])

    def test_parts_of_registers_are_known(self):
        for part, whole in [("eax", "rax"), ("cl", "rcx"), ("dh", "rdx"), ("r13d", "r13"), ("sil", "rsi"),
                            ("ebp", "rbp"), ("r9", "r9"), ("di", "rdi")]:
            self.assertEqual(check_dispatch.full_register(part), whole)


if __name__ == "__main__":
    unittest.main()
