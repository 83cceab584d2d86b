namespace Nexus.TestKit;

/// <summary>A user without privileges: another one when the tests run as root, their own otherwise.</summary>
public static class OrdinaryUser
{
    private const string PortSetting = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    /// <summary>The lowest port at which every user of this machine may listen.</summary>
    public static int LowestPort => File.Exists(PortSetting) ? int.Parse(File.ReadAllText(PortSetting)) : 1024;

    /// <summary>The command that runs a program as that user.</summary>
    public static (string File, IEnumerable<string> Arguments) Command(string program, params IEnumerable<string> arguments) =>
        PostgresBinaries.AsUser(program, arguments);

    /// <summary>Gives a file or a folder to that user.</summary>
    public static Task GiveAsync(string path) => PostgresBinaries.GiveToServerUserAsync(path);
}
