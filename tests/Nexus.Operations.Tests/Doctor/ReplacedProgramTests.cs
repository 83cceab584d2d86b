using System.Diagnostics;
using Nexus.Operations.Doctor;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Doctor;

/// <summary>A process whose program was upgraded while it ran.</summary>
public sealed class ReplacedProgramTests
{
    [Fact]
    public void A_program_that_was_replaced_or_removed_is_named_and_one_that_is_there_is_not()
    {
        using var folder = new TempFolder("replaced");
        var program = folder["sleep"];
        File.Copy("/bin/sleep", program);
        using var process = Process.Start(program, "60");
        try
        {
            SpinWait.SpinUntil(() => new FileInfo($"/proc/{process.Id}/exe").LinkTarget == program, TimeSpan.FromSeconds(10));
            Assert.Null(ReplacedProgram.Of(process.Id));
            // As dpkg does: the new file takes the place of the old one.
            File.Copy("/bin/sleep", $"{program}.new");
            File.Move($"{program}.new", program, overwrite: true);
            Assert.Equal(program, ReplacedProgram.Of(process.Id));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.Null(ReplacedProgram.Of(process.Id));
    }
}
