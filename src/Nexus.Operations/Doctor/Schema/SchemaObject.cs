namespace Nexus.Operations.Doctor.Schema;

/// <summary>An object of the schema of Nexus, or one property of it that can differ by itself.</summary>
/// <param name="Kind">One of <see cref="SchemaKinds"/>.</param>
/// <param name="Table">Its table; empty for a function or a sequence.</param>
/// <param name="Name">Its name; empty for a table.</param>
/// <param name="Definition">As the server prints it, with the names of the schema.</param>
internal sealed record SchemaObject(string Kind, string Table, string Name, string Definition)
{
    /// <summary>What it is that no migration makes: an index that is not valid, a trigger that is switched off. Null if nothing is.</summary>
    public string? State { get; init; }

    /// <summary>What it is called, without what it is made of.</summary>
    public (string Kind, string Table, string Name) Key => (Kind, Table, Name);
}
