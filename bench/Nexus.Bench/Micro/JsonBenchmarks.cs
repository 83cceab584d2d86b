using System.Text;
using BenchmarkDotNet.Attributes;
using Nexus.Json;

namespace Nexus.Bench.Micro;

/// <summary>One config of 744 bytes: reading a property in the stored form, and combining two patches.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class JsonBenchmarks
{
    private readonly byte[] _config = Workload.Config(1);
    private readonly byte[] _first = Encoding.UTF8.GetBytes("""{"leverage":7,"groups":{"STOCKS":true}}""");
    private readonly byte[] _second = Encoding.UTF8.GetBytes("""{"groups":{"ETFS":true},"language":"en"}""");

    [Benchmark]
    public int ReadOneField() => StateJson.Parse(_config).Root.GetProperty("leverage").GetInt32();

    [Benchmark]
    public byte[]? ComposePatches() => MergePatch.TryCompose(_first, _second);
}
