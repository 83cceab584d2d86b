using System.Net;
using System.Net.Sockets;

namespace Nexus.Audit;

/// <summary>Sessions from other machines without TLS: passwords' proofs, statements and rows can be read and changed on the way.</summary>
internal sealed class S2PlainRemote : AuditCheck
{
    private const string Sql = """
        SELECT coalesce(a.usename::text, ''), pg_catalog.host(a.client_addr), min(coalesce(a.application_name, '')), count(*)
        FROM pg_catalog.pg_stat_activity a
        JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
        LEFT JOIN pg_catalog.pg_stat_gssapi g ON g.pid = a.pid
        WHERE NOT s.ssl AND g.encrypted IS NOT TRUE AND a.client_addr IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
            AND (a.datname = pg_catalog.current_database() OR a.backend_type = 'walsender')
        GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2
        """;

    private sealed record Client(string User, string Address, string Application, long Sessions);

    public override string Id => "S2";

    public override Bilingual Title { get; } = new("Remote sessions without TLS", "Sesiones remotas sin TLS");

    public override Bilingual Positive { get; } = new("Remote sessions use TLS", "Las sesiones remotas usan TLS");

    public override Bilingual SeverityRule { get; } = new(
        "critical from a public address, high from a private one",
        "crítica desde una dirección pública, alta desde una privada");

    public override Bilingual FalsePositives { get; } = new(
        "sockets and loopback are fine; a tunnel or mesh (WireGuard, service mesh) may encrypt underneath",
        "los sockets y el loopback están bien; un túnel o malla (WireGuard, service mesh) puede cifrar por debajo");

    public override AuditNeeds Needs => AuditNeeds.Activity;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var clients = await context.QueryAsync(Sql, row => new Client(row.GetText(0), row.GetText(1), row.GetText(2), row.GetInt64(3)))
            .ConfigureAwait(false);
        return [.. clients.Select(client => (client, Severity: Judge(client.Address))).Where(pair => pair.Severity is not null)
            .GroupBy(pair => (pair.client.User, pair.Severity))
            .Select(group => MakeFinding(group.Key.User, group.Key.Severity!.Value, [.. group.Select(pair => pair.client)],
                context.Server.IsOn("ssl") == true))];
    }

    /// <summary>Null for this machine.</summary>
    internal static AuditSeverity? Judge(string address)
    {
        if (!IPAddress.TryParse(address, out var ip)) return null;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip)) return null;
        return IsPrivate(ip) ? AuditSeverity.High : AuditSeverity.Critical;
    }

    /// <summary>RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 (link local), RFC 4193 (unique local).</summary>
    private static bool IsPrivate(IPAddress ip)
    {
        if (ip.AddressFamily == AddressFamily.InterNetworkV6) return ip.IsIPv6UniqueLocal || ip.IsIPv6LinkLocal;
        var bytes = ip.GetAddressBytes();
        return (bytes[0], bytes[1]) switch
        {
            (10, _) or (192, 168) or (169, 254) => true,
            (172, >= 16 and <= 31) or (100, >= 64 and <= 127) => true,
            _ => false,
        };
    }

    private static Finding MakeFinding(string user, AuditSeverity severity, List<Client> clients, bool hasTls) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = $"role {user} {(severity == AuditSeverity.Critical ? "public" : "private")} network",
        Found = new(
            $"{clients.Sum(client => client.Sessions)} sessions of {user} use the network without TLS",
            $"{clients.Sum(client => client.Sessions)} sesiones de {user} llegan por la red sin TLS"),
        Evidence =
        [
            Evidence.Of("sessions", clients.Sum(client => client.Sessions), "sessions without TLS", "sesiones sin TLS"),
            Evidence.Of("addresses", string.Join(", ", clients.Select(client => client.Address).Distinct().Take(10)), "from", "desde"),
            Evidence.Of("application", clients[0].Application.Length == 0 ? "-" : clients[0].Application, "application", "aplicación"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Install a certificate on the server, make clients require it (sslmode=verify-full, SslMode=VerifyFull), then change host to "
                + "hostssl in pg_hba.conf for every address outside this machine.",
                "Instale un certificado en el servidor, haga que los clientes lo exijan (sslmode=verify-full, SslMode=VerifyFull) y cambie host "
                + "por hostssl en pg_hba.conf para toda dirección que no sea esta máquina."),
            Sql = hasTls ? [] : ["ALTER SYSTEM SET ssl = on", "SELECT pg_catalog.pg_reload_conf()"],
            Rollback = hasTls ? [] : ["ALTER SYSTEM RESET ssl", "SELECT pg_catalog.pg_reload_conf()"],
        },
    };
}
