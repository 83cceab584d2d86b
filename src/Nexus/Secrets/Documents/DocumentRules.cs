namespace Nexus.Secrets;

/// <summary>What <see cref="DocumentSealer.Accept"/> allows beyond what holds for every document.</summary>
/// <param name="Field">The document as the caller knows it, such as <c>config</c>: where paths in errors start (<c>config.strategies.x</c>).</param>
/// <param name="MaxBytes">
/// The longest document, in bytes of UTF-8: in compact form, secrets in plain text and numbers written out, so that a document which was read is
/// never longer than it was when it was saved.
/// </param>
/// <param name="MustBeObject">Refuses arrays and plain values.</param>
/// <param name="KeepMasks">
/// A mask stays as it is, for the caller to put the secret there that it stands for (<see cref="MaskedRecord"/>), instead of being refused.
/// </param>
internal readonly record struct DocumentRules(string Field, int MaxBytes, bool MustBeObject, bool KeepMasks);
