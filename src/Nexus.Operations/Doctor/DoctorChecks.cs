namespace Nexus.Operations.Doctor;

/// <summary>The stable names of the checks.</summary>
public static class DoctorChecks
{
    /// <summary>The configuration file, variables and options.</summary>
    public const string Configuration = "configuration";

    /// <summary>The owner and the permissions of the data folder and its secrets.</summary>
    public const string Folder = "folder";

    /// <summary>Free space for the data folder and the backups.</summary>
    public const string Disk = "disk";

    /// <summary>The encryption keys.</summary>
    public const string Keys = "keys";

    /// <summary>The store: reachable, of a usable version, of this folder.</summary>
    public const string Store = "store";

    /// <summary>The tables, indexes, constraints, triggers and functions against those that the migrations make.</summary>
    public const string Schema = "schema";

    /// <summary>The clock of this machine against that of the database.</summary>
    public const string Clock = "clock";

    /// <summary>The connection pool against the limits of the server.</summary>
    public const string Pool = "pool";

    /// <summary>Whether change notices arrive.</summary>
    public const string Notices = "notices";

    /// <summary>Pending and refused writes of the fallback.</summary>
    public const string Outbox = "outbox";

    /// <summary>Whether there are recent and proven backups, and the programs to make them.</summary>
    public const string Backups = "backups";

    /// <summary>The running server and the addresses to listen on.</summary>
    public const string Server = "server";

    /// <summary>The certificate for https addresses.</summary>
    public const string Tls = "tls";

    /// <summary>The settings of the alerts.</summary>
    public const string Alerts = "alerts";

    /// <summary>Versions of the program, the server, the schema and the programs of PostgreSQL.</summary>
    public const string Versions = "versions";
}
