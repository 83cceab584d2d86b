namespace Nexus.Engine;

/// <summary>The way by which a change reached the state.</summary>
public enum ChangeOrigin
{
    /// <summary>A program that uses the library and names the author.</summary>
    Library,

    /// <summary>The command line.</summary>
    CommandLine,

    /// <summary>A form of the dashboard.</summary>
    Dashboard,

    /// <summary>The HTTP API.</summary>
    Api,
}
