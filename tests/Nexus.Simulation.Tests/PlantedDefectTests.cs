using System.Globalization;

namespace Nexus.Simulation.Tests;

/// <summary>The simulation finds defects: each of these was planted into a real part and is found by a seed that passes without it.</summary>
public sealed class PlantedDefectTests(ITestOutputHelper output)
{
    /// <summary>Within how many seeds a defect must be found if its recorded seed does not show it any more.</summary>
    private const int Most = 10_000;

    [Fact]
    public async Task Every_planted_defect_is_found()
    {
        // ./test --simulate N looks at the first N seeds instead of the recorded ones; with --seed S it is about those seeds alone.
        if (SimulationProcess.ReadVariable("NEXUS_SIMULATION_SEED") is not null) Assert.Skip("--seed asks for no planted defects");
        var runs = (int)(SimulationProcess.ReadVariable("NEXUS_SIMULATION_RUNS") ?? 0);
        var recorded = PlantedDefects.Names.Where(name => PlantedDefects.SeedOf(name) is { } seed && (runs == 0 || seed <= runs)).ToList();

        var findings = runs == 0 ? await SimulationProcess.FindAsync("known", Most, "all") : await SimulationProcess.FindAsync("1", runs, "all");

        foreach (var finding in findings)
        {
            output.WriteLine($"{finding.Defect}: seed {finding.Seed?.ToString(CultureInfo.InvariantCulture) ?? "none"}, {finding.Tried} tried: "
                + string.Join("; ", finding.Violations));
        }
        Assert.True(runs > 0 || findings.Count >= 10, $"{findings.Count} defects");
        var missed = recorded.Except(findings.Where(finding => finding.Seed is not null).Select(finding => finding.Defect), StringComparer.Ordinal);
        Assert.True(!missed.Any(), $"{string.Join(", ", missed)}: not found; renew the recorded seeds (CONTRIBUTING.md, The simulation)");
    }
}
