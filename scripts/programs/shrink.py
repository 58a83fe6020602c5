"""Makes a program that shows a fault smaller, as long as it shows it.

Works on lines, without knowing the language: a program that no longer compiles ends alike everywhere, so it
shows no fault, and the lines come back.
"""


def without_lines(texts, shows):
    """Leaves out as many lines as possible. `texts`: the lines of each file by name; `shows(texts)` tells whether the
    fault is still there. Tries halves first, then ever smaller runs of lines."""
    for name in sorted(texts, key=lambda name: -len(texts[name])):
        length = max(1, len(texts[name]) // 2)
        while True:
            begin = 0
            while begin < len(texts[name]):
                shorter = dict(texts, **{name: texts[name][:begin] + texts[name][begin + length:]})
                if shows(shorter):
                    texts = shorter
                else:
                    begin += length
            if length == 1:
                break
            length //= 2
    return texts


def parenthesised(line):
    """The beginnings and ends of what stands in parentheses."""
    opened, found = [], []
    for position, letter in enumerate(line):
        if letter == "(":
            opened.append(position)
        elif letter == ")" and opened:
            found.append((opened.pop(), position + 1))
    return sorted(found, key=lambda part: part[0] - part[1])


def with_simple_parts(texts, shows):
    """Puts small constants where parentheses were."""
    for name in texts:
        for number in range(len(texts[name])):
            position = 0
            while True:
                line = texts[name][number]
                parts = parenthesised(line)
                if position >= len(parts):
                    break
                begin, end = parts[position]
                for simple in ("1", "nil"):
                    if line[begin:end] == simple:
                        continue
                    lines = list(texts[name])
                    lines[number] = line[:begin] + simple + line[end:]
                    simpler = dict(texts, **{name: lines})
                    if shows(simpler):
                        texts = simpler
                        break
                else:
                    position += 1
    return texts


def shrink(texts, shows, rounds=3):
    """The smallest texts that this finds, by file name. `texts`: text by file name."""
    lines = {name: text.split("\n") for name, text in texts.items()}

    def shows_lines(candidate):
        return shows({name: "\n".join(text) for name, text in candidate.items()})

    for _ in range(rounds):
        before = lines
        lines = with_simple_parts(without_lines(lines, shows_lines), shows_lines)
        if lines == before:
            break
    return {name: "\n".join(text) for name, text in lines.items()}
