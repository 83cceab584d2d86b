using System.Collections.Frozen;
using System.Text.Json;

namespace Nexus.Server.Dashboard;

/// <summary>The texts of one language: a table by key, <c>Texts/en.json</c> or <c>Texts/es.json</c>.</summary>
public sealed class Texts
{
    private static readonly Lazy<Texts> LazyEnglish = new(() => new Texts("en", new Formats('.', ',')));
    private static readonly Lazy<Texts> LazySpanish = new(() => new Texts("es", new Formats(',', '.')));

    private readonly FrozenDictionary<string, string> _texts;

    private Texts(string language, Formats formats)
    {
        (Language, Formats) = (language, formats);
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"{language}.json")!;
        using var document = JsonDocument.Parse(file);
        _texts = document.RootElement.EnumerateObject().ToFrozenDictionary(
            text => text.Name, text => text.Value.GetString()!, StringComparer.Ordinal);
    }

    /// <summary>English.</summary>
    public static Texts English => LazyEnglish.Value;

    /// <summary>Spanish.</summary>
    public static Texts Spanish => LazySpanish.Value;

    /// <summary><c>en</c> or <c>es</c>.</summary>
    public string Language { get; }

    /// <summary>How the language writes numbers.</summary>
    public Formats Formats { get; }

    /// <summary>The names of all texts.</summary>
    public IEnumerable<string> Keys => _texts.Keys;

    /// <summary>The texts of a language; null if there are none.</summary>
    public static Texts? Find(string? language) => language switch
    {
        "en" => English,
        "es" => Spanish,
        _ => null,
    };

    /// <summary>A text with values in place of <c>{0}</c>, <c>{1}</c> and so on. A page encodes them where it writes the text.</summary>
    /// <exception cref="KeyNotFoundException">There is no such text.</exception>
    public string Format(string key, params ReadOnlySpan<object?> values)
    {
        var text = _texts[key];
        for (var i = 0; i < values.Length; i++) text = text.Replace($"{{{i}}}", values[i]?.ToString(), StringComparison.Ordinal);
        return text;
    }

    /// <summary>Whether there is such a text.</summary>
    public bool Has(string key) => _texts.ContainsKey(key);
}
