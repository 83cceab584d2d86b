using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Cli.Configuration;

/// <summary>
/// Reads environment variables, the files with secrets that they name, and credentials of systemd
/// (https://systemd.io/CREDENTIALS): files in <c>$CREDENTIALS_DIRECTORY</c> that are named like a variable.
/// </summary>
internal static class EnvironmentSettings
{
    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>A folder in LoadCredential= gives each of its files the name of the credential, an underscore and the name of the file.</summary>
    private const string CredentialPrefix = "nexus_";

    public static async Task<Dictionary<Setting, SettingValue>> ReadAsync(
        Func<string, string?> variable, List<ConfigurationProblem> problems, CancellationToken cancellationToken)
    {
        var values = new Dictionary<Setting, SettingValue>();
        var credentials = Given(variable, CredentialsVariable);
        foreach (var setting in SettingCatalogue.All)
        {
            var text = Given(variable, setting.Variable);
            var sources = new List<(string Place, string? File)>();
            if (text is not null) sources.Add(($"environment variable {setting.Variable}", null));
            if (setting.FileVariable is { } name)
            {
                if (Given(variable, name) is { } file) sources.Add((name, file));
                if (credentials is not null && FindCredential(credentials, setting) is { } credential)
                    sources.Add(("systemd credential", credential));
            }
            if (sources.Count == 0) continue;
            if (sources.Count > 1)
            {
                problems.Add(new ConfigurationProblem(
                    setting.Variable, null, setting.Key, $"has more than one value: {string.Join(" and ", sources.Select(source => source.Place))}; "
                        + "remove all but one"));
                continue;
            }
            var (place, path) = sources[0];
            var value = path is null ? text : await ReadSecretAsync(setting, place, path, problems, cancellationToken);
            if (value is null) continue;
            if (setting.FindError(value) is { } reason)
                problems.Add(new ConfigurationProblem(path is null ? setting.Variable : $"{place}, {path}", null, setting.Key, reason));
            else values.Add(setting, new SettingValue(setting, value, SettingSource.Environment, path is null ? place : $"file {path} ({place})"));
        }
        return values;
    }

    /// <summary>Reads the file with a secret. Null, and a problem, if it cannot be used.</summary>
    public static async Task<string?> ReadSecretAsync(
        Setting setting, string place, string file, List<ConfigurationProblem> problems, CancellationToken cancellationToken)
    {
        try
        {
            return await SecretFile.ReadProvidedAsync(file, cancellationToken);
        }
        catch (NexusConfigurationException error)
        {
            problems.Add(new ConfigurationProblem(place, null, setting.Key, error.Message));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var reason = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                UnauthorizedAccessException => "cannot be read by this user",
                _ => $"cannot be read: {error.Message}",
            };
            problems.Add(new ConfigurationProblem(place, null, setting.Key, $"the file {file} {reason}"));
        }
        return null;
    }

    /// <summary>
    /// Variables that look like misspelt ones of Nexus. Others that begin with NEXUS_ belong to clients, tests, or Kubernetes, which sets
    /// NEXUS_SERVICE_HOST and more for a service of that name.
    /// </summary>
    public static IEnumerable<(string Name, string Suggestion)> FindMisspelt(IEnumerable<string> names) => names
        .Where(name => name.StartsWith("NEXUS_", StringComparison.Ordinal) && !SettingCatalogue.Variables.Contains(name)
            && name is not (ConfigurationFile.Variable or "NEXUS_URL" or "NEXUS_API_KEY" or "NEXUS_ALLOW_HTTP"))
        .Order(StringComparer.Ordinal)
        .Select(name => (name, Suggestion.For(name, SettingCatalogue.Variables)))
        .Where(found => found.Item2.Length > 0);

    private static string? FindCredential(string folder, Setting setting) =>
        new[] { setting.Variable, CredentialPrefix + setting.Variable }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? Given(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;
}
