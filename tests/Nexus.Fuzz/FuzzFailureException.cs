namespace Nexus.Fuzz;

/// <summary>An input broke a rule.</summary>
internal sealed class FuzzFailureException(string message, Exception? inner = null) : Exception(message, inner);
