using System.Reflection;
using System.Reflection.Emit;

namespace Nexus.Tests.Conventions;

/// <summary>Reads which members a method's compiled body refers to.</summary>
internal static class CallScanner
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<MethodBase> CallsOf(MethodBase method) =>
        ReferencesOf(method).Where(reference => reference.Code.OperandType == OperandType.InlineMethod)
            .Select(reference => (MethodBase)reference.Member);

    /// <summary>The types that the body asks an object for, as <c>is</c> and <c>switch</c> do.</summary>
    public static IEnumerable<Type> TypesTestedBy(MethodBase method) =>
        ReferencesOf(method).Where(reference => reference.Code == OpCodes.Isinst).Select(reference => (Type)reference.Member);

    /// <summary>Every method, field and type that the body refers to.</summary>
    public static IEnumerable<(OpCode Code, MemberInfo Member)> ReferencesOf(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = (short)code[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[at++]));
            var operation = OpCodesByValue[value];
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return (operation, method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!);
            at += SizeOf(operation.OperandType, code, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
        _ => 4,
    };
}
