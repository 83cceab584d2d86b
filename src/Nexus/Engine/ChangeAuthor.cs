using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>Who makes a change. Never contains a key.</summary>
/// <param name="Id">Identifies the author, such as the id of an API key; at most 100 characters.</param>
/// <param name="Name">What people call the author; at most 256 characters.</param>
/// <param name="Origin">The way by which the change comes.</param>
public sealed record ChangeAuthor(string Id, string Name, ChangeOrigin Origin = ChangeOrigin.Library)
{
    internal const int MaxIdLength = 100;

    private static readonly AsyncLocal<ChangeAuthor?> Ambient = new();

    /// <summary>The author of the changes in this flow of control; null for none.</summary>
    internal static ChangeAuthor? Current => Ambient.Value;

    /// <summary>The changes that follow in this flow of control are this author's, until the result is disposed of.</summary>
    /// <exception cref="NexusValidationException">The id or the name is empty or too long.</exception>
    internal IDisposable Begin()
    {
        Validation.Text("author.id", Id, MaxIdLength);
        Validation.Text("author.name", Name, Validation.MaxNameLength);
        var before = Ambient.Value;
        Ambient.Value = this;
        return new Scope(before);
    }

    /// <summary>The write with its author, if the change gets an entry in the history; as it is otherwise.</summary>
    internal static Write Sign(Write write, HistoryMode mode)
    {
        if (mode == HistoryMode.Off || Ambient.Value is not { } author || !write.Table.KeepsHistory || write.KeepsVersion) return write;
        if (mode == HistoryMode.People && author.Origin == ChangeOrigin.Api && write.Table.IsSavedByBots) return write;
        return write with { Author = author };
    }

    private sealed class Scope(ChangeAuthor? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}
