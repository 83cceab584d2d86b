using System.Globalization;

namespace Nexus.TestKit;

/// <summary>A real S3-compatible server of one test: s3rver of npm, installed on first use.</summary>
public sealed class S3Server : IAsyncDisposable
{
    private const string Package = "s3rver@3.7.1";

    private readonly TempFolder _folder = new("s3");
    private ChildProcess? _process;

    private S3Server()
    {
    }

    /// <summary>The name of its bucket.</summary>
    public const string Bucket = "backups";

    /// <summary>The key id and the secret key that it accepts.</summary>
    public const string Credentials = "S3RVER";

    /// <summary>Its address.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>The files of the bucket.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories);

    /// <summary>Starts one; null if npm is not installed or offers no such package.</summary>
    public static async Task<S3Server?> StartAsync(string tools)
    {
        var program = Path.Combine(tools, "node_modules", "s3rver", "bin", "s3rver.js");
        try
        {
            if (!File.Exists(program))
            {
                Directory.CreateDirectory(tools);
                var (exitCode, _, _) = await ChildProcess.RunAsync(
                    "npm", ["install", "--prefix", tools, "--no-audit", "--no-fund", "--silent", Package], timeout: TimeSpan.FromMinutes(5));
                if (exitCode != 0) return null;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        var server = new S3Server();
        var port = Ports.Free().ToString(CultureInfo.InvariantCulture);
        server.Endpoint = $"http://127.0.0.1:{port}";
        server._process = ChildProcess.Start(
            "node", [program, "--directory", server._folder.Path, "--address", "127.0.0.1", "--port", port, "--configure-bucket", Bucket]);
        await server._process.ReadLineAsync(line => line.Contains("S3rver listening", StringComparison.Ordinal));
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _folder.Dispose();
    }
}
