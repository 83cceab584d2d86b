using System.Text.Json;
using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Secrets;

namespace Nexus.Cli.Configuration;

/// <summary>Reads the configuration file: a JSON document whose nested names are the keys of the settings. Comments are allowed.</summary>
internal sealed class ConfigurationFile
{
    /// <summary>Read if neither <c>--config</c> nor <see cref="Variable"/> names a file and it exists.</summary>
    public const string DefaultPath = "/etc/nexus/nexus.json";

    public const string Variable = "NEXUS_CONFIG";

    private const int MaxBytes = 1024 * 1024;

    private readonly string _path;
    private readonly List<ConfigurationProblem> _problems;
    private readonly Dictionary<Setting, SettingValue> _values = [];
    private readonly List<(Setting Setting, string File, string Place)> _secretFiles = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    private ConfigurationFile(string path, List<ConfigurationProblem> problems) => (_path, _problems) = (path, problems);

    public IReadOnlyDictionary<Setting, SettingValue> Values => _values;

    /// <summary>Files that hold secrets, by the setting.</summary>
    public IReadOnlyList<(Setting Setting, string File, string Place)> SecretFiles => _secretFiles;

    /// <summary>Reads a file. What is wrong is added to <paramref name="problems"/>.</summary>
    public static async Task<ConfigurationFile> ReadAsync(string path, List<ConfigurationProblem> problems, CancellationToken cancellationToken)
    {
        var file = new ConfigurationFile(path, problems);
        try
        {
            var mode = UnixFileMode.None;
            // Of the open file, so that the checked file is the one that is read.
            var bytes = await OperatorFile.ReadAsync(
                path, MaxBytes, stream => mode = OperatingSystem.IsWindows() ? mode : File.GetUnixFileMode(stream.SafeFileHandle), cancellationToken);
            if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
                file.Add(null, "", $"can be changed by users other than its owner, who could name another database: run `chmod go-w {path}`");
            if (bytes.Length > MaxBytes) file.Add(null, "", $"must have at most {MaxBytes} bytes");
            else file.Read(bytes);
            if ((mode & UnixFileMode.OtherRead) != UnixFileMode.None) file.RefuseSecretsThatAllCanRead();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file.Add(null, "", error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                UnauthorizedAccessException => "cannot be read by this user",
                _ => $"cannot be read: {error.Message}",
            });
        }
        return file;
    }

    /// <summary>Reads the text of a file.</summary>
    internal static ConfigurationFile Parse(ReadOnlySpan<byte> utf8, string path, List<ConfigurationProblem> problems)
    {
        var file = new ConfigurationFile(path, problems);
        file.Read(utf8);
        return file;
    }

    private void Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = SettingsNode.Parse(utf8);
            if (root.Kind == JsonValueKind.Object) Read(root);
            else Add(root.Line, "", "must be a JSON object");
        }
        catch (AlertSettingsException error)
        {
            foreach (var problem in error.Problems) Add(problem.Line, problem.Field, problem.Reason);
        }
    }

    private void Read(SettingsNode section)
    {
        foreach (var (name, node) in section.Members)
        {
            var key = section.Path.Length == 0 ? name : $"{section.Path}.{name}";
            // A name may have the dots itself, so the same setting can be given in two places.
            if (!_keys.Add(key)) Add(node.Line, key, "is given twice");
            else if (SettingCatalogue.ByKey.TryGetValue(key, out var setting)) Take(setting, key, node);
            else if (!name.Contains('.', StringComparison.Ordinal) && IsSection(key)) ReadSection(key, node);
            else Add(node.Line, key, $"is unknown{SuggestionFor(section.Path, name)}");
        }
    }

    private void ReadSection(string key, SettingsNode node)
    {
        if (node.Kind == JsonValueKind.Object) Read(node);
        else Add(node.Line, key, $"must be an object with settings such as {SettingCatalogue.ByKey.Keys.First(known => IsBelow(known, key))}");
    }

    private void Take(Setting setting, string key, SettingsNode node)
    {
        var isFile = key == setting.FileKey;
        var (text, wrong) = isFile ? TextOf(node, SettingShape.Text, ',') : TextOf(node, setting.Shape, setting.Separator);
        if ((wrong ?? (isFile ? null : setting.FindError(text))) is { } reason)
        {
            Add(node.Line, key, reason);
            return;
        }
        var place = $"{_path}, line {node.Line}";
        if (_values.ContainsKey(setting) || _secretFiles.Any(file => file.Setting == setting))
            Add(node.Line, key, $"must not be given together with {(isFile ? setting.Key : setting.FileKey)}");
        else if (isFile) _secretFiles.Add((setting, text, place));
        else _values.Add(setting, new SettingValue(setting, text, SettingSource.File, place));
    }

    private static (string Text, string? Wrong) TextOf(SettingsNode node, SettingShape shape, char separator) => (shape, node.Kind) switch
    {
        (_, JsonValueKind.Null) => ("", "must not be null; leave it out to use the default"),
        (SettingShape.Text, JsonValueKind.String) => node.Text.Length > 0
            ? (node.Text, null) : ("", "must not be empty; leave it out to use the default"),
        (SettingShape.Text, _) => ("", "must be text in quotation marks"),
        (SettingShape.Number, JsonValueKind.Number) => (node.Text, null),
        (SettingShape.Number, _) => ("", "must be a number, without quotation marks"),
        (SettingShape.Switch, JsonValueKind.True) => ("true", null),
        (SettingShape.Switch, JsonValueKind.False) => ("false", null),
        (SettingShape.Switch, _) => ("", "must be true or false, without quotation marks"),
        (_, JsonValueKind.String or JsonValueKind.Number) => (node.Text, null),
        (_, JsonValueKind.Array) when node.Items.All(item => item.Kind is JsonValueKind.String or JsonValueKind.Number) =>
            node.Items.Any(item => item.Text.Contains(separator, StringComparison.Ordinal))
                ? ("", $"must have items without '{separator}'") : (string.Join(separator, node.Items.Select(item => item.Text)), null),
        _ => ("", "must be a list of texts"),
    };

    /// <summary>A secret in a file that every user of the machine can read is known.</summary>
    private void RefuseSecretsThatAllCanRead()
    {
        foreach (var value in _values.Values
            .Where(value => value.Setting.IsSecret && value.Shown.Contains(SettingMask.Hidden, StringComparison.Ordinal)))
        {
            Add(null, value.Setting.Key, $"is a secret in a file that every user can read: run `chmod o-r {_path}`, or name a file of its own in "
                + $"{value.Setting.FileKey}");
        }
    }

    private static bool IsSection(string key) => SettingCatalogue.ByKey.Keys.Any(known => IsBelow(known, key));

    private static bool IsBelow(string known, string section) => known.StartsWith($"{section}.", StringComparison.Ordinal);

    private static string SuggestionFor(string section, string name)
    {
        if (name.Length == 0) return ": it has no name";
        var prefix = section.Length == 0 ? "" : $"{section}.";
        var siblings = SettingCatalogue.ByKey.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => prefix + key[prefix.Length..].Split('.')[0]).Distinct(StringComparer.Ordinal).ToList();
        // Only in other letters.
        if (siblings.Find(sibling => sibling.Equals(prefix + name, StringComparison.OrdinalIgnoreCase)) is { } same) return $"; did you mean {same}?";
        // A key of another section, an environment variable or an option: then the key that it stands for.
        var all = SettingCatalogue.All;
        var meant = all.FirstOrDefault(setting => setting.Variable == name || setting.Option == name || setting.Option == $"--{name}")
            ?? all.FirstOrDefault(setting => setting.Key == name || setting.Key.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));
        if (meant is not null) return $"; did you mean {meant.Key}?";
        return Suggestion.For(prefix + name, siblings) is { Length: > 0 } near ? near
            : Suggestion.For(prefix + name, SettingCatalogue.ByKey.Keys);
    }

    private void Add(int? line, string field, string reason) => _problems.Add(new ConfigurationProblem(_path, line, field, reason));
}
