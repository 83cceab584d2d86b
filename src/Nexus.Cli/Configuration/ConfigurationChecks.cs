using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>What single values do not show: settings that contradict each other, and names that look misspelt.</summary>
internal static class ConfigurationChecks
{
    /// <summary>Every error: of single values and between them.</summary>
    public static IReadOnlyList<ConfigurationProblem> FindErrors(ToolConfiguration configuration)
    {
        var problems = configuration.Problems.ToList();
        var (least, most) = (configuration.Get(StoreSettings.MinPoolSize), configuration.Get(StoreSettings.MaxPoolSize));
        if (configuration.IsGiven(StoreSettings.MinPoolSize) && least > most)
            Add(StoreSettings.MinPoolSize, $"must be at most {StoreSettings.MaxPoolSize.Key}, which is {most}");
        var certificate = configuration.Text(ServerSettings.TlsCertificate);
        var addresses = ServerUrls.Parse(configuration.Get(ServerSettings.Listen));
        if (certificate is null && addresses.Any(address => address.IsTls))
            Add(ServerSettings.Listen, $"has an https address, which needs {ServerSettings.TlsCertificate.Key} and {ServerSettings.TlsKey.Key}");
        if (certificate is null && configuration.IsGiven(ServerSettings.TlsKey))
            Add(ServerSettings.TlsKey, $"needs {ServerSettings.TlsCertificate.Key}");
        foreach (var setting in new Setting<string>[] { ServerSettings.TlsCertificate, ServerSettings.TlsKey, OperationSettings.Alerts })
            if (configuration.Text(setting) is { } file && !File.Exists(file)) Add(setting, "names a file that does not exist");
        // The rules of the library come last: what they refuse is mostly refused above, with the source of the value.
        if (problems.Count == 0) CheckLibrary(configuration, problems);
        return problems;

        void Add(Setting setting, string reason) =>
            problems.Add(new ConfigurationProblem(configuration.ValueOf(setting).Place, null, setting.Key, reason));
    }

    private static void CheckLibrary(ToolConfiguration configuration, List<ConfigurationProblem> problems)
    {
        try
        {
            configuration.ToNexusOptions().Validate();
        }
        catch (NexusConfigurationException error)
        {
            problems.Add(new ConfigurationProblem("configuration", null, "", OperatorTerms.Translate(error.Message)));
        }
    }
}
