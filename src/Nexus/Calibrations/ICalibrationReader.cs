using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Calibrations;

/// <summary>Reads calibrations from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface ICalibrationReader
{
    /// <summary>The calibrations with these ids, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<CalibrationRow>> GetCalibrationsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Streams calibrations in the order of their ids' bytes.</summary>
    /// <param name="chatId">One chat; null for all.</param>
    /// <param name="after">Only ids after this one; null from the first.</param>
    /// <param name="limit">The most calibrations; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    IAsyncEnumerable<CalibrationRow> ListCalibrationsAsync(string? chatId, string? after, int? limit, CancellationToken cancellationToken);
}
