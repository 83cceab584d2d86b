using BenchmarkDotNet.Attributes;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Bench.Micro;

/// <summary>Sealing and opening one secret of 64 characters; checking and sealing one config of 744 bytes.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class SealingBenchmarks
{
    private static readonly SealContext Place = new("sessions", "100000001", "api_key");
    private static readonly SealContext ConfigPlace = new("sessions", "100000001", "config");

    private readonly Sealer _sealer = new(KeyRing.Parse(KeyRing.GenerateKey(), null));
    private readonly string _secret = Workload.SecretText(1, "key");
    private readonly byte[] _config = Workload.Config(1);
    private DocumentSealer _documents = null!;
    private string _sealed = "";

    [GlobalSetup]
    public void Prepare()
    {
        _documents = new DocumentSealer(_sealer);
        _sealed = _sealer.Seal(Place, _secret);
    }

    [Benchmark]
    public string Seal() => _sealer.Seal(Place, _secret);

    [Benchmark]
    public string Open() => _sealer.Open(Place, _sealed);

    [Benchmark]
    public byte[] AcceptConfig() => _documents.Accept(ConfigPlace, _config, StateRules.Config);

    [Benchmark]
    public byte[] MaskConfig() => DocumentSealer.Mask(_config);
}
