using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>
/// Configurations with the member names of real bots, libraries and services, whose values, spelling, nesting and neighbours are drawn.
/// </summary>
/// <remarks>
/// A line of a file is a template. In a member's name, <c>a|b</c> are names of which one is drawn. A text that begins with <c>!</c> is a
/// credential, one with <c>?</c> is not judged (logins, ids that some services keep secret), all others are settings. Behind that, <c>#</c>
/// makes it a number and <c>@</c> a list. Braces are drawn by <see cref="SourceValues"/>.
/// </remarks>
internal static class SourceCorpus
{
    /// <summary>Documents drawn of each template.</summary>
    public const int DrawnOfEach = 6;

    private static readonly string[] Extras = ["enabled", "leverage", "updated_at", "label", "mode", "max_positions", "tags", "timeout_ms"];

    /// <summary>Lines for <see cref="CorpusMeasure"/>: documents, and the pointers of credentials and settings.</summary>
    public static IEnumerable<JsonNode> Draw(string file)
    {
        var number = 0;
        foreach (var line in CorpusMeasure.Lines($"SourceCorpus.{file}"))
        {
            for (var drawn = 0; drawn < DrawnOfEach; drawn++) yield return Document(JsonNode.Parse(line)!, new CorpusRandom(number++));
        }
    }

    private static JsonObject Document(JsonNode template, CorpusRandom random)
    {
        var document = new Drawing(random);
        var config = document.Object(template["config"]!.AsObject(), "");
        document.AddExtras(config);
        var (whole, prefix) = Wrap(config, random);
        return new JsonObject
        {
            ["kind"] = (string)template["source"]!,
            ["config"] = whole,
            ["secret"] = new JsonArray([.. document.Secret.Select(pointer => (JsonNode)(prefix + pointer))]),
            ["open"] = new JsonArray([.. document.Open.Select(pointer => (JsonNode)(prefix + pointer))]),
        };
    }

    private static (JsonObject Whole, string Prefix) Wrap(JsonObject config, CorpusRandom random) => random.Next(0, 10) switch
    {
        0 => (new JsonObject { ["config"] = config, ["version"] = 3 }, "/config"),
        1 => (new JsonObject { ["bots"] = new JsonArray(new JsonObject { ["id"] = 7, ["settings"] = config }) }, "/bots/0/settings"),
        2 => (new JsonObject { ["profiles"] = new JsonObject { ["main"] = config } }, "/profiles/main"),
        3 => (new JsonObject { ["mode"] = "PILOT", ["custom"] = config, ["updated"] = "2025-04-01T10:00:00Z" }, "/custom"),
        _ => (config, ""),
    };

    private sealed class Drawing(CorpusRandom random)
    {
        private readonly int _style = random.Next(0, 10);

        public List<string> Secret { get; } = [];

        public List<string> Open { get; } = [];

        public JsonObject Object(JsonObject template, string path)
        {
            var drawn = new JsonObject();
            foreach (var (names, value) in template)
            {
                var name = NameOf(random.Of(names.Split('|')));
                // A setting may be missing.
                if (!HasCredential(value) && random.Chance(8)) continue;
                if (drawn.ContainsKey(name)) continue;
                var step = name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                drawn[name] = Value(value, $"{path}/{step}");
            }
            return drawn;
        }

        public void AddExtras(JsonObject config)
        {
            foreach (var extra in Extras)
            {
                if (!random.Chance(12) || config.ContainsKey(extra)) continue;
                config[extra] = extra switch
                {
                    "enabled" => true,
                    "leverage" => random.Next(1, 50),
                    "updated_at" => SourceValues.Draw("{date}T0{n:1-9}:15:00Z", random),
                    "label" => SourceValues.Draw("{name}", random),
                    "mode" => random.Of("live", "paper", "PILOT", "dry-run"),
                    "tags" => new JsonArray("scalp", "v2"),
                    _ => random.Next(1, 5000),
                };
                if (extra is not ("enabled" or "tags")) Open.Add("/" + extra);
            }
        }

        private JsonNode? Value(JsonNode? template, string path)
        {
            switch (template)
            {
                case JsonObject members:
                    return Object(members, path);
                case JsonArray items:
                    return new JsonArray([.. items.Select((item, place) => Value(item, $"{path}/{place.ToString(CultureInfo.InvariantCulture)}"))]);
                case JsonValue value when value.TryGetValue(out string? text):
                    return Text(text, path);
                case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                    Open.Add(path);
                    return value.DeepClone();
                default:
                    return template?.DeepClone();
            }
        }

        private JsonNode Text(string template, string path)
        {
            var isSecret = template.StartsWith('!');
            if (isSecret) Secret.Add(path);
            else if (!template.StartsWith('?')) Open.Add(path);
            var text = isSecret || template.StartsWith('?') ? template[1..] : template;
            return text switch
            {
                "@bytes64" => new JsonArray([.. random.Bytes(64).Select(value => (JsonNode)(int)value)]),
                "@mn12" or "@mn24" => new JsonArray([.. SourceValues.Words(text == "@mn12" ? 12 : 24, random).Select(word => (JsonNode)word)]),
                ['#', '{', ..] or ['#', '-', ..] or ['#', '1', ..] => JsonNode.Parse(SourceValues.Draw(text[1..], random))!,
                _ => SourceValues.Draw(text, random),
            };
        }

        private static bool HasCredential(JsonNode? template) => template switch
        {
            JsonObject members => members.Any(member => HasCredential(member.Value)),
            JsonArray items => items.Any(HasCredential),
            JsonValue value => value.TryGetValue(out string? text) && text.StartsWith('!'),
            _ => false,
        };

        /// <summary>The name in the document's spelling, unless it is no name of a member in words.</summary>
        private string NameOf(string name)
        {
            if (name.Contains('{', StringComparison.Ordinal)) return SourceValues.Draw(name, random);
            if (_style < 5 || name.Length < 2 || !char.IsAsciiLetter(name[0])
                || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')) return name;
            var words = Words(name);
            return _style switch
            {
                5 => string.Join('_', words),
                6 => words[0] + string.Concat(words.Skip(1).Select(Capital)),
                7 => string.Concat(words.Select(Capital)),
                8 => string.Join('-', words),
                _ => string.Join('_', words).ToUpperInvariant(),
            };
        }

        private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

        private static List<string> Words(string name)
        {
            var words = new List<string>();
            var word = new StringBuilder();
            for (var i = 0; i < name.Length; i++)
            {
                var begins = char.IsAsciiLetterUpper(name[i]) && i > 0 && char.IsAsciiLetterLower(name[i - 1]);
                if ((begins || name[i] is '_' or '-') && word.Length > 0)
                {
                    words.Add(word.ToString().ToLowerInvariant());
                    word.Clear();
                }
                if (name[i] is not ('_' or '-')) word.Append(name[i]);
            }
            if (word.Length > 0) words.Add(word.ToString().ToLowerInvariant());
            return words;
        }
    }
}
