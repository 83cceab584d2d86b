using Nexus.Operations.Status;

namespace Nexus.Operations.Doctor;

/// <summary>What to do about a store that cannot be opened.</summary>
internal static class StoreFixes
{
    private const string Address = "database.url (DATABASE_URL)";

    /// <summary>Parts of messages, the more specific ones first.</summary>
    private static readonly (string Part, string Fix)[] Causes =
    [
        ("is not open", "Start the server of that shard, or correct its address in database.shards (NEXUS_SHARD_URLS)."),
        ("HostNotFound", $"Correct the host name in {Address}, or the name service of this machine."),
        ("password", $"Correct the user and the password in {Address}, or set the password: ALTER ROLE … PASSWORD."),
        ("pg_hba", "Allow this machine and user in pg_hba.conf of the server, and reload it."),
        ("certificate", $"Name the server as its certificate does, or give its authority: sslrootcert in {Address}; docs/security.md."),
        ("TLS", $"Turn TLS on at the server, or set sslmode in {Address}; docs/security.md."),
        ("permission", "Grant the role the rights on the schema and its tables, or let their owner run nexus migrate; docs/security.md."),
        ("too many", "Lower database.maxPoolSize (--max-pool-size) of all instances, or raise max_connections of the server."),
        ("does not exist", $"Create the database (createdb), or correct its name in {Address}."),
        ("standby", $"Name the primary in {Address}, or several hosts with target_session_attrs=read-write."),
        ("read-only", $"Name the primary in {Address}; or turn default_transaction_read_only off."),
        ("damaged", "Restore the newest backup: docs/recovery.md."),
    ];

    public static string Of(StatusError error) => error.Code switch
    {
        "incompatible" => "Run nexus migrate. If the schema is newer than the program, install the newer program.",
        "data_folder_in_use" => "Stop the other process, or name another folder in dataFolder (NEXUS_DATA, --data).",
        "configuration" => "Correct the setting that the message names; nexus config show shows where it comes from.",
        _ => Causes.FirstOrDefault(cause => error.Message.Contains(cause.Part, StringComparison.OrdinalIgnoreCase)).Fix
            ?? $"Start the database, and check the address, the port and the firewall in {Address}.",
    };
}
