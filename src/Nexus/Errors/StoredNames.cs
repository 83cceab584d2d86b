using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Errors;

/// <summary>
/// Names as they may be stored: an adopted database, or one of an earlier version, has names that new records must not have. What was exported from
/// there is imported as it is.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class StoredNames
{
    private static readonly AsyncLocal<bool> Accepted = new();

    internal static bool AreAccepted => Accepted.Value;

    /// <summary>The calling asynchronous method writes records that were stored before. Ends with that method.</summary>
    public static void Accept() => Accepted.Value = true;
}
