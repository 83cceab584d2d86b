using System.Globalization;
using System.Text;

namespace Nexus.Fuzz;

/// <summary>The inputs and dictionaries beside the program.</summary>
internal static class FuzzCorpus
{
    /// <summary>Where the inputs of a target are.</summary>
    public static string FolderOf(FuzzTarget target) => Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name);

    /// <summary>The inputs of a target by the name of their file, in the order of the names.</summary>
    public static IReadOnlyList<(string Name, byte[] Input)> Read(FuzzTarget target) =>
        [.. Directory.GetFiles(FolderOf(target)).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];

    /// <summary>The tokens of a target's dictionaries.</summary>
    public static IReadOnlyList<byte[]> Tokens(FuzzTarget target) =>
        [.. target.Dictionaries.SelectMany(name => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Dictionaries", $"{name}.dict")))
            .Select(Token).OfType<byte[]>()];

    /// <summary>
    /// A line of a dictionary, <c>"text"</c> or <c>name="text"</c> with <c>\xNN</c>, <c>\"</c> and <c>\\</c>:
    /// https://github.com/AFLplusplus/AFLplusplus/blob/stable/dictionaries/README.md. Null for an empty line or a comment.
    /// </summary>
    internal static byte[]? Token(string line)
    {
        line = line.Trim();
        if (line.Length == 0 || line[0] == '#') return null;
        var start = line.IndexOf('"');
        if (start < 0 || line.Length < start + 2 || line[^1] != '"') throw new FormatException($"is not a line of a dictionary: {line}");
        var token = new List<byte>();
        for (var i = start + 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\') token.AddRange(Encoding.UTF8.GetBytes(line, i, 1));
            else if (line[i + 1] != 'x') token.Add((byte)line[++i]);
            else
            {
                token.Add(byte.Parse(line.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 3;
            }
        }
        return [.. token];
    }
}
