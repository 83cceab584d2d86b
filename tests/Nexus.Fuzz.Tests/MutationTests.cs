namespace Nexus.Fuzz.Tests;

/// <summary>Each parser against inputs that are made of its corpus. The seed is fixed, so that a run of the tests repeats.</summary>
public sealed class MutationTests
{
    private const int Seed = 20260131;

    [Theory]
    [MemberData(nameof(CorpusTests.Targets), MemberType = typeof(CorpusTests))]
    public void Mutations_are_read_or_refused_as_documented(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var mutator = NewMutator(target);
        for (var n = 0; n < target.Mutations; n++)
        {
            var input = mutator.Next();
            try
            {
                FuzzRun.Check(target, input);
            }
            catch (FuzzFailureException error)
            {
                var file = Path.Combine(Path.GetTempPath(), $"nexus-fuzz-{name}-{n}");
                File.WriteAllBytes(file, input);
                Assert.Fail($"mutation {n}, kept in {file}: {error.Message}\n{error.InnerException?.StackTrace}");
            }
        }
    }

    [Fact]
    public void A_seed_makes_the_same_mutations()
    {
        var target = FuzzTargets.Find("http-json")!;
        var (one, other) = (NewMutator(target), NewMutator(target));
        var all = Enumerable.Range(0, 50).Select(_ => one.Next()).ToList();
        Assert.Equal(all, Enumerable.Range(0, 50).Select(_ => other.Next()));
        Assert.True(all.Select(Convert.ToBase64String).Distinct().Count() > 45);
    }

    private static Mutator NewMutator(FuzzTarget target) =>
        new(Seed, [.. FuzzCorpus.Read(target).Select(seed => seed.Input)], FuzzCorpus.Tokens(target));
}
