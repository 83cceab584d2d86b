using System.Text;
using Nexus.Audit;

namespace Nexus.Fuzz.Targets;

/// <summary>Rows that the audit samples, in the binary form of COPY, and the documents in them.</summary>
internal sealed class CopyStreamTarget : FuzzTarget
{
    private const int LongestField = 4096;

    public override string Name => "copy-stream";

    public override IReadOnlyList<string> Dictionaries => ["json"];

    public override void Run(byte[] input, ShownTexts shown) => RunAsync(input).Complete();

    public override bool IsDocumented(Exception error) => error is EndOfStreamException;

    private static async Task RunAsync(byte[] input)
    {
        var reader = new CopyReader(new PieceStream(input, 100));
        await reader.ReadHeaderAsync(CancellationToken.None);
        while (await reader.ReadFieldCountAsync(CancellationToken.None) >= 0)
        {
            var (value, _) = await reader.ReadFieldAsync(LongestField, CancellationToken.None);
            if (value is null) continue;
            KeyShape.Of([CopyReader.ArrayJson(value, isNumbers: false), CopyReader.ArrayJson(value, isNumbers: true),
                CopyReader.Integer(value), Encoding.UTF8.GetString(value)]);
        }
    }
}
