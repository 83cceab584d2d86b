using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Configuration;

/// <summary>The configuration of the program: defaults, the configuration file, the environment, the options of the command line.</summary>
internal sealed class ToolConfiguration
{
    private readonly IReadOnlyDictionary<Setting, SettingValue> _values;

    private ToolConfiguration(IReadOnlyDictionary<Setting, SettingValue> values, string? file, IReadOnlyList<ConfigurationProblem> problems) =>
        (_values, File, Problems) = (values, file, problems);

    /// <summary>The configuration file that was read; null for none.</summary>
    public string? File { get; }

    /// <summary>What is wrong. The settings concerned have their defaults or the value of another source.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    /// <summary>Reads the file and the environment.</summary>
    /// <param name="file">The file of <c>--config</c>; null to look for one.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="withEnvironment">Whether the environment counts.</param>
    public static async Task<ToolConfiguration> LoadAsync(
        string? file, Func<string, string?> variable, CancellationToken cancellationToken, bool withEnvironment = true)
    {
        var problems = new List<ConfigurationProblem>();
        var path = FindFile(file, variable);
        var values = new Dictionary<Setting, SettingValue>();
        if (path is not null)
        {
            var read = await ConfigurationFile.ReadAsync(path, problems, cancellationToken);
            foreach (var (setting, value) in read.Values) values[setting] = value;
            foreach (var (setting, secret, place) in read.SecretFiles)
            {
                var text = await EnvironmentSettings.ReadSecretAsync(setting, place, secret, problems, cancellationToken);
                if (text is null) continue;
                if (setting.FindError(text) is { } reason) problems.Add(new ConfigurationProblem(place, null, setting.FileKey!, reason));
                else values[setting] = new SettingValue(setting, text, SettingSource.File, $"file {secret} ({place})");
            }
        }
        if (withEnvironment)
            foreach (var (setting, value) in await EnvironmentSettings.ReadAsync(variable, problems, cancellationToken)) values[setting] = value;
        return new ToolConfiguration(values, path, problems);
    }

    /// <summary>The configuration of a command, with its options.</summary>
    /// <exception cref="CommandFailedException">The configuration has an error.</exception>
    public static ToolConfiguration Of(ParseResult parsed)
    {
        var configuration = Lenient(parsed);
        configuration.RefuseProblems();
        return configuration;
    }

    /// <summary>The same without refusing a configuration with errors.</summary>
    public static ToolConfiguration Lenient(ParseResult parsed)
    {
        var loaded = ((ConfiguredCommand)parsed.RootCommandResult.Command).Configuration
            ?? throw new InvalidOperationException("the configuration is read before a command runs");
        var values = new Dictionary<Setting, SettingValue>(loaded._values);
        foreach (var option in parsed.CommandResult.Command.Options.OfType<ISettingOption>())
        {
            if (option.Given(parsed) is { } text)
                values[option.Setting] = new SettingValue(option.Setting, text, SettingSource.Option, $"option {option.Name}");
        }
        return new ToolConfiguration(values, loaded.File, loaded.Problems);
    }

    /// <summary>Reads the file and the environment again, with the same options of the command line.</summary>
    public static async Task<ToolConfiguration> ReadAgainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await ((ConfiguredCommand)parsed.RootCommandResult.Command).ReadConfigurationAsync(parsed, cancellationToken);
        return Lenient(parsed);
    }

    /// <summary>The settings whose values differ from those of another configuration.</summary>
    public IReadOnlyList<Setting> ChangedSince(ToolConfiguration earlier) =>
        [.. SettingCatalogue.All.Where(setting => ValueOf(setting).Text != earlier.ValueOf(setting).Text)];

    /// <summary>The value of a setting; null if there is none.</summary>
    public string? Text(Setting<string> setting) => ValueOf(setting).Text is { } text ? setting.Parse(text) : null;

    /// <summary>The value of a setting, or the given one if it has none.</summary>
    public T Get<T>(Setting<T> setting, T otherwise) => ValueOf(setting).Text is { } text ? setting.Parse(text) : otherwise;

    /// <summary>The value of a setting with a default.</summary>
    public T Get<T>(Setting<T> setting) =>
        setting.Parse(ValueOf(setting).Text ?? throw new InvalidOperationException($"{setting.Key} has no default"));

    public SettingValue ValueOf(Setting setting) => _values.GetValueOrDefault(setting) ?? SettingValue.OfDefault(setting);

    /// <summary>Whether a source gives the setting a value.</summary>
    public bool IsGiven(Setting setting) => _values.ContainsKey(setting);

    /// <summary>Whether an option of the command line gives the setting a value.</summary>
    public bool IsOption(Setting setting) => ValueOf(setting).Source == SettingSource.Option;

    /// <exception cref="CommandFailedException">The configuration has an error. The message gives the first one.</exception>
    public void RefuseProblems()
    {
        if (Problems.Count == 0) return;
        var more = Problems.Count > 1 ? $" (and {Problems.Count - 1} more; nexus config check lists them)" : "";
        throw new CommandFailedException($"{Problems[0]}{more}");
    }

    private static string? FindFile(string? given, Func<string, string?> variable)
    {
        if (!string.IsNullOrEmpty(given)) return Path.GetFullPath(given);
        if (variable(ConfigurationFile.Variable) is { Length: > 0 } named) return Path.GetFullPath(named);
        return System.IO.File.Exists(ConfigurationFile.DefaultPath) ? ConfigurationFile.DefaultPath : null;
    }
}
