using System.Text.RegularExpressions;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>The blocks of commands of a document, by the names in the comments above them.</summary>
internal sealed partial class Runbook
{
    private readonly Dictionary<string, string> _blocks = new(StringComparer.Ordinal);

    private Runbook()
    {
    }

    /// <summary>The names, such as <c>postgres: restore</c>: the user who runs the commands, and what they do.</summary>
    public IEnumerable<string> Names => _blocks.Keys;

    public string this[string name] => _blocks[name];

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reads a document. Each block of <c>bash</c> has a name of its own.</summary>
    public static Runbook Read(string document)
    {
        var text = File.ReadAllText(Path.Combine(Root, document));
        var runbook = new Runbook();
        foreach (Match match in Named().Matches(text))
        {
            // The blocks of a list are indented with it.
            var indent = match.Groups["indent"].Value;
            var lines = match.Groups["commands"].Value.Split('\n').Select(line => line.StartsWith(indent, StringComparison.Ordinal)
                ? line[indent.Length..] : line);
            runbook._blocks.Add(match.Groups["name"].Value, string.Join('\n', lines));
        }
        Assert.Equal(Any().Count(text), runbook._blocks.Count);
        return runbook;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex(@"^(?<indent> *)<!-- (?<name>(postgres|nexus): [a-z ]+) -->\n *```bash\n(?<commands>[^`]+)```$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex("^ *```(bash|sh)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Any();
}
