namespace Nexus.Simulation;

/// <summary>The simulated engine broke a promise.</summary>
internal sealed class SimulationException(string message) : Exception(message);
