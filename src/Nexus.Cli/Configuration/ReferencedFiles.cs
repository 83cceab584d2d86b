using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Secrets;
using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>What <c>nexus serve</c> would refuse of the files that the configuration names, and settings that do nothing without another.</summary>
internal static class ReferencedFiles
{
    public static async Task<IReadOnlyList<ConfigurationProblem>> FindErrorsAsync(
        ToolConfiguration configuration, CancellationToken cancellationToken)
    {
        var problems = new List<ConfigurationProblem>();
        CheckCertificate(configuration, Add);
        foreach (var address in ServerUrls.Parse(configuration.Get(ServerSettings.Listen)))
        {
            if (address.Socket is { } socket && Path.GetDirectoryName(socket) is { } folder && !Directory.Exists(folder))
                Add(ServerSettings.Listen, $"names unix:{socket}, whose folder does not exist");
        }
        if (configuration.Text(OperationSettings.Alerts) is { } alerts && File.Exists(alerts))
        {
            try
            {
                await AlertSettingsReader.ReadFileAsync(alerts, TimeProvider.System.GetUtcNow(), cancellationToken);
            }
            catch (AlertSettingsException error)
            {
                foreach (var problem in error.Problems) Add(OperationSettings.Alerts, $"{alerts}: {problem}");
            }
        }
        return problems;

        void Add(Setting setting, string reason) =>
            problems.Add(new ConfigurationProblem(configuration.ValueOf(setting).Place, null, setting.Key, reason));
    }

    /// <summary>Settings that are given and do nothing. Another source may give what they need, so these are no errors.</summary>
    public static IEnumerable<string> FindIdle(ToolConfiguration configuration)
    {
        var hasDatabase = configuration.IsGiven(StoreSettings.Database);
        foreach (var setting in new Setting[] { StoreSettings.Direct, StoreSettings.Shards })
        {
            if (configuration.IsGiven(setting) && !hasDatabase)
                yield return $"{setting.Key} has no effect without {StoreSettings.Database.Key} ({StoreSettings.Database.Variable}): the embedded "
                    + "store is used";
        }
        if (hasDatabase && !configuration.IsGiven(StoreSettings.Keys) && !configuration.IsGiven(StoreSettings.LegacyKey))
            yield return $"{StoreSettings.Database.Key} is given without {StoreSettings.Keys.Key} ({StoreSettings.Keys.Variable}), which nexus serve "
                + "needs with PostgreSQL";
    }

    private static void CheckCertificate(ToolConfiguration configuration, Action<Setting, string> add)
    {
        if (configuration.Text(ServerSettings.TlsCertificate) is not { } certificate || !File.Exists(certificate)) return;
        var key = configuration.Text(ServerSettings.TlsKey) ?? certificate;
        if (!File.Exists(key)) return;
        try
        {
            SecretFile.RefuseUnlessProtected(key);
            X509Certificate2.CreateFromPemFile(certificate, key).Dispose();
        }
        catch (NexusConfigurationException error)
        {
            add(configuration.IsGiven(ServerSettings.TlsKey) ? ServerSettings.TlsKey : ServerSettings.TlsCertificate, error.Message);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            add(
                ServerSettings.TlsCertificate,
                $"{certificate} and {key} must be PEM files with a certificate and its own private key, not encrypted");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            add(ServerSettings.TlsCertificate, $"{certificate} or {key} cannot be read: {error.Message}");
        }
    }
}
