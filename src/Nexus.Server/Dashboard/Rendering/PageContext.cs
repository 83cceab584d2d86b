using System.Text;
using Nexus.Failover;

namespace Nexus.Server.Dashboard;

/// <summary>What every part of a page knows: the reader, the language, the address and the state of the store.</summary>
public sealed class PageContext
{
    /// <summary>The texts and number formats of the reader's language.</summary>
    public required Texts Texts { get; init; }

    /// <summary><c>light</c>, <c>dark</c> or <c>system</c>.</summary>
    public required string Theme { get; init; }

    /// <summary>The path in front of every address; empty for none.</summary>
    public required string PathBase { get; init; }

    /// <summary>The address of this page with its query, without the path base.</summary>
    public required string Address { get; init; }

    /// <summary>The path of this page, without the path base.</summary>
    public required string Path { get; init; }

    /// <summary>The reader; null before the sign-in.</summary>
    public required Visitor? Visitor { get; init; }

    /// <summary>The token for the forms of the page.</summary>
    public required string FormToken { get; init; }

    /// <summary>The time of the server.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The state of the failover; null without one.</summary>
    public FallbackStatus? Fallback { get; init; }

    /// <summary>The confirmation to show, by the name of its text; null for none.</summary>
    public string? Done { get; init; }

    /// <summary>Whether the server runs with invented data.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Whether the server watches over backups.</summary>
    public bool HasBackups { get; init; }

    /// <summary>Whether changes are refused now, because PostgreSQL is unavailable and the mode is read-only.</summary>
    public bool IsReadOnly => Fallback is { IsLocal: true, Mode: not FallbackMode.ReadWrite };

    /// <summary>A text in the reader's language.</summary>
    public string T(string key, params ReadOnlySpan<object?> values) => Texts.Format(key, values);

    /// <summary>An address with the path base and a query; parts without a value are left out.</summary>
    public string Url(string path, params ReadOnlySpan<(string Name, object? Value)> query)
    {
        var url = new StringBuilder(PathBase).Append(path);
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (value?.ToString() is not { Length: > 0 } text) continue;
            url.Append(mark).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(text));
            mark = '&';
        }
        return url.ToString();
    }

    /// <summary>The address of a file of the dashboard, which changes with its content.</summary>
    public string Asset(string name) => PathBase + AssetFiles.PathOf(name);
}
