using System.Text;
using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>Names of operations and errors in metrics and traces: few, fixed, and without stored values.</summary>
internal static class OperationNames
{
    /// <summary>The kind of a write, such as <c>save_session</c>.</summary>
    public static string Of(Write write) => write.Kind;

    /// <summary>Why a write was not applied, such as <c>conflict</c>.</summary>
    public static string Of(WriteOutcome outcome) => outcome.Error?.Code ?? ToSnakeCase(outcome.Status.ToString());

    /// <summary>The error's own code, or the name of its type: https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/.</summary>
    public static string Of(Exception error) => error is NexusException known ? known.Code : error.GetType().FullName ?? error.GetType().Name;

    private static string ToSnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}
