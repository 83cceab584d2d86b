using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Alerts;

/// <summary>Where a secret of a notifier is: never in the settings file itself. It is read at each use, so a new one counts at once.</summary>
/// <param name="File">A file that only its owner can read; null if it is in a variable.</param>
/// <param name="Variable">An environment variable.</param>
public sealed record SecretSource(string? File, string? Variable)
{
    /// <summary>Whether there is something.</summary>
    internal bool Exists =>
        File is not null ? System.IO.File.Exists(File) : !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Variable!));

    /// <exception cref="NexusConfigurationException">There is no secret, or others can read the file.</exception>
    internal async Task<Secret> ReadAsync(CancellationToken cancellationToken)
    {
        string? text;
        try
        {
            text = File is null ? Environment.GetEnvironmentVariable(Variable!) : await SecretFile.ReadAsync(File, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException("secret", $"the file {File} cannot be read", error);
        }
        return string.IsNullOrWhiteSpace(text)
            ? throw new NexusConfigurationException("secret", $"{(File is null ? $"the variable {Variable}" : $"the file {File}")} is empty")
            : Secret.Of(text.Trim());
    }
}
