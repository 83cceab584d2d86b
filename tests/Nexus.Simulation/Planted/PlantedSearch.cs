namespace Nexus.Simulation;

/// <summary>The result of a search for a planted defect.</summary>
/// <param name="Defect">Its name.</param>
/// <param name="Seed">The seed that found it; null if none did.</param>
/// <param name="Tried">How many seeds were executed with the defect.</param>
/// <param name="Violations">The promises that the defect broke.</param>
internal sealed record PlantedFinding(string Defect, long? Seed, int Tried, IReadOnlyList<string> Violations);

/// <summary>Searches for the seed that finds a planted defect: one that breaks a promise with the defect and none without it.</summary>
internal sealed class PlantedSearch(SimulationRun run)
{
    /// <param name="defect">Its name.</param>
    /// <param name="seeds">Tried in this order.</param>
    public PlantedFinding Find(string defect, IEnumerable<long> seeds)
    {
        var tried = 0;
        foreach (var seed in seeds)
        {
            tried++;
            var plant = PlantedDefects.Create(defect);
            var violations = run.Execute(seed, plant).Violations;
            if (violations.Count > 0 && run.Execute(seed, kind: plant.World).Violations.Count == 0)
                return new PlantedFinding(defect, seed, tried, violations);
        }
        return new PlantedFinding(defect, null, tried, []);
    }
}
