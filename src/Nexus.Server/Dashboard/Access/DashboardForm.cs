using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Errors;

namespace Nexus.Server.Dashboard;

/// <summary>The fields of a form that a browser sent: each name once, within limits.</summary>
internal sealed class DashboardForm
{
    private const int MaxFields = 200;
    private const int MaxNameLength = 200;

    /// <summary>More than the largest config, which may be escaped.</summary>
    private const int MaxValueLength = 2 * 1024 * 1024;

    /// <summary>Fields whose names begin so are never shown again.</summary>
    private const string SecretPrefix = "secret_";

    private readonly IFormCollection _fields;

    private DashboardForm(IFormCollection fields) => _fields = fields;

    /// <summary>A field without the white space around it; null if it is missing or empty.</summary>
    public string? this[string name] => Raw(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A field as it was sent.</summary>
    public string? Raw(string name) => _fields.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>What may be shown to the sender again: no secret and no token.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Shown =>
        [.. _fields.Where(entry => entry.Key != FormTokens.Field && !entry.Key.StartsWith(SecretPrefix, StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToString()))];

    public bool HasSecrets => _fields.Any(entry => entry.Key.StartsWith(SecretPrefix, StringComparison.Ordinal) && entry.Value.ToString().Length > 0);

    /// <exception cref="NexusValidationException">The number is missing or out of its range.</exception>
    public int Number(string name, int min, int max) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new NexusValidationException(name, $"must be a whole number, {min} to {max}");

    /// <exception cref="NexusValidationException">The version is missing: the page was not sent by the dashboard.</exception>
    public long Version(string name = "version") =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new NexusValidationException(name, "must be the version that the page shows");

    public static async Task<DashboardForm> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
            return new DashboardForm(FormCollection.Empty);
        var options = new FormOptions { ValueCountLimit = MaxFields, KeyLengthLimit = MaxNameLength, ValueLengthLimit = MaxValueLength };
        try
        {
            return new DashboardForm(await new FormFeature(request, options).ReadFormAsync(request.HttpContext.RequestAborted));
        }
        catch (InvalidDataException error)
        {
            throw new NexusValidationException("form", $"is too large or malformed: {error.Message}", tooLarge: true);
        }
    }
}
