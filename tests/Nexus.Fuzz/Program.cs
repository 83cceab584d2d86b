using Nexus.Fuzz;
using SharpFuzz;

const string Usage = """
    usage: Nexus.Fuzz list | seal TEXT | dictionary TARGET | afl TARGET | replay TARGET FILE... | mutate TARGET COUNT [SEED]

      list        the targets
      seal        a text sealed for the corpora
      dictionary  the dictionaries of a target as one, for afl-fuzz -x
      afl         serves afl-fuzz, in an instrumented copy of this folder
      replay      runs inputs and says what is wrong with each
      mutate      runs mutations of the corpus
    """;

if (args is ["list"])
{
    foreach (var each in FuzzTargets.All) Console.WriteLine(each.Name);
    return 0;
}
if (args is ["seal", var text])
{
    Console.WriteLine(FuzzKeys.Sealer.Seal(FuzzKeys.Place, text));
    return 0;
}
if (args is ["afl", var name])
{
    // Instrumented code needs the map of afl-fuzz, which exists only inside of the action.
    FuzzTarget? served = null;
    Fuzzer.OutOfProcess.Run(stream =>
    {
        served ??= FuzzTargets.Find(name) ?? throw new ArgumentException(name);
        using var input = new MemoryStream();
        stream.CopyTo(input);
        FuzzRun.Check(served, input.ToArray());
    });
    return 0;
}
if (args.Length < 2 || FuzzTargets.Find(args[1]) is not { } target)
{
    Console.Error.WriteLine(Usage);
    return 2;
}
switch (args)
{
    case ["dictionary", _]:
        foreach (var token in FuzzCorpus.Tokens(target).Where(token => token.Length <= 120).Distinct())
            Console.WriteLine($"\"{string.Concat(token.Select(value => value is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\'
                ? ((char)value).ToString() : $"\\x{value:X2}"))}\"");
        return 0;
    case ["replay", _, .. var files] when files.Length > 0:
        return files.Where(file => !Passes(target, file, File.ReadAllBytes(file))).ToList() is [] ? 0 : 1;
    case ["mutate", _, var count, .. var rest] when int.TryParse(count, out var times):
        var mutator = new Mutator(
            rest is [var seed] ? int.Parse(seed) : 1, [.. FuzzCorpus.Read(target).Select(seed => seed.Input)], FuzzCorpus.Tokens(target));
        for (var n = 0; n < times; n++)
        {
            var input = mutator.Next();
            if (Passes(target, $"mutation {n}", input)) continue;
            File.WriteAllBytes($"{target.Name}-{n}.bin", input);
            return 1;
        }
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static bool Passes(FuzzTarget target, string name, byte[] input)
{
    try
    {
        FuzzRun.Check(target, input);
        return true;
    }
    catch (FuzzFailureException error)
    {
        Console.WriteLine($"{name}: {error.Message}\n{error.InnerException?.StackTrace}");
        return false;
    }
}
