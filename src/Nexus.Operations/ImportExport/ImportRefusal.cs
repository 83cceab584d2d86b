using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>A record that was not imported.</summary>
/// <param name="File">The file.</param>
/// <param name="Record">The record.</param>
/// <param name="Reason">The reason, without values.</param>
public sealed record ImportRefusal(string File, string Record, string Reason);
