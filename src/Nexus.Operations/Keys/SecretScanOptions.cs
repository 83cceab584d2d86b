using System.Text.Json.Serialization;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>
/// Options of a scan for secrets in plain text. By default it seals what older versions left in documents.
/// </summary>
/// <param name="DryRun">Only count.</param>
/// <param name="AcceptPlain">
/// Also seal plain text in fields that every version seals. Nexus did not write it, and anyone with write access to the store could have: check
/// <see cref="SecretScanReport.UnexpectedPlaces"/> first.
/// </param>
/// <param name="MaskTexts">Also mask secrets in exit reasons of trades and names of users. This cannot be undone.</param>
public sealed record SecretScanOptions(bool DryRun = false, bool AcceptPlain = false, bool MaskTexts = false);
