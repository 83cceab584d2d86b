namespace Nexus.Server.Settings;

/// <summary>The files of the certificate for https addresses. They are read again when they change.</summary>
/// <param name="Certificate">A PEM file with the certificate, followed by its intermediates.</param>
/// <param name="Key">A PEM file with the private key, not encrypted; may be the same file.</param>
public sealed record TlsFiles(string Certificate, string Key);
