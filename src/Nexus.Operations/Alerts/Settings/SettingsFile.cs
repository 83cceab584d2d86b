using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Alerts;

/// <summary>The settings in use, read again when their file changes. A file that cannot be used leaves the settings as they are.</summary>
internal sealed partial class SettingsFile(string path, bool isRequired, TimeProvider clock, ILogger<SettingsFile> logger)
{
    private (DateTime Written, long Length)? _stamp;

    public AlertSettings Settings { get; private set; } = AlertSettings.Default;

    /// <summary>What is wrong with the file as it is now; null if it is in use.</summary>
    public string? Error { get; private set; }

    /// <summary>The first reading.</summary>
    /// <exception cref="AlertSettingsException">The file cannot be used, or it was named and is missing.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _stamp = Stamp();
        if (_stamp is null && isRequired) throw Missing();
        if (_stamp is not null) Settings = await AlertSettingsReader.ReadFileAsync(path, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the file again if it changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp();
        if (stamp == _stamp) return;
        _stamp = stamp;
        try
        {
            if (stamp is null && isRequired) throw Missing();
            Settings = stamp is null ? AlertSettings.Default
                : await AlertSettingsReader.ReadFileAsync(path, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            Error = null;
            LogRead(logger, path);
        }
        catch (AlertSettingsException error)
        {
            Error = error.Message;
            LogRefused(logger, path, error.Message);
        }
    }

    private AlertSettingsException Missing() => new([new SettingsProblem(1, "", $"the file {path} does not exist")]);

    /// <summary>
    /// Of the file itself and not of a link to it: Kubernetes exchanges the folder behind the link of a ConfigMap, and the link stays as it is.
    /// </summary>
    private (DateTime Written, long Length)? Stamp()
    {
        try
        {
            FileSystemInfo link = new FileInfo(path);
            return link.Exists && (link.ResolveLinkTarget(returnFinalTarget: true) ?? link) is FileInfo { Exists: true } file
                ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (IOException)
        {
            // It went away meanwhile, or leads in a circle.
            return null;
        }
    }

    [LoggerMessage(2112, LogLevel.Information, "The settings of the alerts were read again from {File}")]
    private static partial void LogRead(ILogger logger, string file);

    [LoggerMessage(2113, LogLevel.Error, "The settings of the alerts in {File} cannot be used, so the earlier ones stay in use: {Problems}")]
    private static partial void LogRefused(ILogger logger, string file, string problems);
}
