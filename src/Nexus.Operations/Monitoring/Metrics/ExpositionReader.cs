using System.Globalization;
using System.Text;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Reads the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/) as the server itself writes it, so that rules are
/// evaluated over exactly what Prometheus would see.
/// </summary>
public static class ExpositionReader
{
    /// <summary>The samples of a response, in its order. Lines that are not samples are skipped.</summary>
    /// <param name="text">The response of <c>/metrics</c>.</param>
    /// <param name="isWanted">Which metrics to read, by name and unparsed labels; null for all.</param>
    public static List<MetricSample> Read(string text, Func<ReadOnlySpan<char>, ReadOnlySpan<char>, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var samples = new List<MetricSample>();
        var known = new Dictionary<string, string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] == '#') continue;
            var nameEnd = line.IndexOfAny('{', ' ');
            if (nameEnd <= 0) continue;
            var labelsEnd = line[nameEnd] == '{' ? EndOfLabels(line, nameEnd) : nameEnd - 1;
            if (labelsEnd < nameEnd - 1 || labelsEnd + 1 >= line.Length) continue;
            var labels = line[nameEnd] == '{' ? line[(nameEnd + 1)..labelsEnd] : [];
            if (isWanted is not null && !isWanted(line[..nameEnd], labels)) continue;
            var rest = line[(labelsEnd + 1)..].TrimStart(' ');
            var valueEnd = rest.IndexOf(' ');
            if (!TryRead(valueEnd < 0 ? rest : rest[..valueEnd], out var value)) continue;
            if (!known.TryGetValue(line[..nameEnd], out var name)) known[line[..nameEnd]] = name = line[..nameEnd].ToString();
            samples.Add(new MetricSample(name, labels.IsEmpty ? MetricLabels.None : MetricLabels.Of(ReadLabels(labels.ToString())), value));
        }
        return samples;
    }

    private static bool TryRead(ReadOnlySpan<char> text, out double value)
    {
        value = text switch
        {
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => 0,
        };
        return value != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static int EndOfLabels(ReadOnlySpan<char> line, int start)
    {
        var isQuoted = false;
        for (var at = start + 1; at < line.Length; at++)
        {
            if (line[at] == '\\' && isQuoted) at++;
            else if (line[at] == '"') isQuoted = !isQuoted;
            else if (line[at] == '}' && !isQuoted) return at;
        }
        return -2;
    }

    private static List<KeyValuePair<string, string>> ReadLabels(string text)
    {
        var labels = new List<KeyValuePair<string, string>>();
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0 || equals + 1 >= text.Length || text[equals + 1] != '"') break;
            var value = new StringBuilder();
            var next = equals + 2;
            for (; next < text.Length && text[next] != '"'; next++)
            {
                if (text[next] != '\\' || next + 1 >= text.Length) value.Append(text[next]);
                else value.Append(text[++next] == 'n' ? '\n' : text[next]);
            }
            labels.Add(new(text[at..equals].Trim(' ', ','), value.ToString()));
            at = next + 1;
            while (at < text.Length && (text[at] is ',' or ' ')) at++;
        }
        return labels;
    }
}
