// The nested loop on the CLR: the bytecodes become a method of the CLR's own bytecode, emitted at run time, which the CLR compiles.
// Prints name, sum, and nanoseconds of a round; emitting and compiling are included. Usage: mono Emit.exe N FILE, where each
// line of FILE is a bytecode and its operand, as `nested_loop_ways --list` prints them.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Reflection.Emit;

static class Emit
{
    delegate int Loop(int limit);

    static Loop Compile(List<string[]> instructions)
    {
        var method = new DynamicMethod("NestedLoop", typeof(int), new[] { typeof(int) });
        var code = method.GetILGenerator();
        var variables = new Dictionary<string, LocalBuilder>();
        Func<string, LocalBuilder> variable = name =>
        {
            if (!variables.ContainsKey(name)) variables[name] = code.DeclareLocal(typeof(int));
            return variables[name];
        };
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Stloc, variable("0"));
        var labels = new Label[instructions.Count];
        for (int i = 0; i < labels.Length; i++) labels[i] = code.DefineLabel();
        for (int i = 0; i < labels.Length; i++)
        {
            code.MarkLabel(labels[i]);
            string operand = instructions[i].Length > 1 ? instructions[i][1] : "";
            switch (instructions[i][0])
            {
                case "push": code.Emit(OpCodes.Ldc_I4, int.Parse(operand)); break;
                case "load": code.Emit(OpCodes.Ldloc, variable(operand)); break;
                case "store": code.Emit(OpCodes.Stloc, variable(operand)); break;
                case "add": code.Emit(OpCodes.Add); break;
                case "multiply": code.Emit(OpCodes.Mul); break;
                case "less": code.Emit(OpCodes.Clt); break;
                case "jump-if-false": code.Emit(OpCodes.Brfalse, labels[int.Parse(operand)]); break;
                case "jump": code.Emit(OpCodes.Br, labels[int.Parse(operand)]); break;
                case "halt":
                    code.Emit(OpCodes.Ldloc, variable("1"));
                    code.Emit(OpCodes.Ret);
                    break;
                default: throw new ArgumentException("no bytecode: " + instructions[i][0]);
            }
        }
        return (Loop)method.CreateDelegate(typeof(Loop));
    }

    static void Main(string[] arguments)
    {
        int n = int.Parse(arguments[0]);
        var instructions = new List<string[]>();
        foreach (string line in File.ReadAllLines(arguments[1])) instructions.Add(line.Split(' '));
        var watch = Stopwatch.StartNew();
        uint sum = unchecked((uint)Compile(instructions)(n));
        double nanoseconds = watch.Elapsed.TotalMilliseconds * 1e6 / n / n;
        Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "clr {0} {1:F6}", sum, nanoseconds));
    }
}
