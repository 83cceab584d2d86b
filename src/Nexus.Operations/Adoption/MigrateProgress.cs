using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>What is going on while a database is migrated.</summary>
/// <param name="Subject">The table or the migration.</param>
/// <param name="What">Such as <c>secrets sealed</c>, or who is waited for.</param>
/// <param name="Done">Rows done so far.</param>
/// <param name="Total">Rows in all, 0 when there is nothing to count.</param>
public readonly record struct MigrateProgress(string Subject, string What, long Done, long Total);

/// <summary>Tells the migrator's steps on, and remembers what this process did itself, not another that it waited for.</summary>
internal sealed class MigrationSteps(IProgress<MigrateProgress>? progress) : IProgress<MigrationStep>
{
    private readonly List<string> _indexes = [];
    private readonly List<string> _applied = [];

    public IReadOnlyList<string> Indexes => _indexes;

    public IReadOnlyList<string> Applied => _applied;

    public void Report(MigrationStep value)
    {
        if (value.Kind is MigrationStepKind.Building or MigrationStepKind.Rebuilding) _indexes.Add(value.Detail!);
        if (value.Kind == MigrationStepKind.Applied) _applied.Add(value.Migration);
        progress?.Report(new MigrateProgress(value.Migration, value.Kind switch
        {
            MigrationStepKind.Waiting => $"waiting for {value.Detail}",
            MigrationStepKind.Applying => "applying",
            MigrationStepKind.Building => $"building index {value.Detail}",
            MigrationStepKind.Rebuilding => $"building index {value.Detail} again, as an interrupted build left it invalid",
            _ => "applied",
        }, 0, 0));
    }
}
