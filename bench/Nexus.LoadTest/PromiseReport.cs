namespace Nexus.LoadTest;

/// <summary>One promise of the audit and its measurement.</summary>
/// <param name="Promise">What was promised, such as <c>3x operations</c>.</param>
/// <param name="Promised">The promised ratio to naive; below 1 if less is better.</param>
/// <param name="Measured">The measured ratio of nexus to naive.</param>
/// <param name="Kept">Whether it was met.</param>
public sealed record PromiseReport(string Promise, double Promised, double Measured, bool Kept);
