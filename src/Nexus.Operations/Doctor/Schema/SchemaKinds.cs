namespace Nexus.Operations.Doctor.Schema;

/// <summary>The kinds of objects that are compared.</summary>
internal static class SchemaKinds
{
    public const string Table = "table";
    public const string Column = "column";
    public const string NotNull = "not null";
    public const string Default = "default";
    public const string Generated = "generated";
    public const string Identity = "identity";
    public const string Constraint = "constraint";
    public const string Index = "index";
    public const string Trigger = "trigger";
    public const string Function = "function";
    public const string Setting = "setting";
    public const string Sequence = "sequence";
    public const string Owner = "owner";
}
