using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

public class MigrationTests
{
    [Fact]
    public void The_checksum_does_not_depend_on_line_ends()
    {
        var unix = Migration.Parse("0001_state.sql", "SELECT 1;\nSELECT 2;\n");
        var windows = Migration.Parse("0001_state.sql", "SELECT 1;\r\nSELECT 2;\r\n");

        Assert.Equal(unix.Checksum, windows.Checksum);
        Assert.NotEqual(unix.Checksum, Migration.Parse("0001_state.sql", "SELECT 1;\nSELECT 3;\n").Checksum);
    }

    [Fact]
    public void Comment_lines_steer_a_migration()
    {
        var migration = Migration.Parse("0012_drop_old.sql", "-- nexus: concurrently\n-- nexus: minimum-reader 9\nDROP TABLE old;");

        Assert.Equal((12, "drop_old", true, 9), (migration.Number, migration.Name, migration.IsConcurrent, migration.MinimumReader));
        Assert.Equal("0012_drop_old", migration.ToString());
    }

    [Theory]
    [InlineData("1_state.sql")]
    [InlineData("0001-state.sql")]
    [InlineData("state.sql")]
    public void A_file_that_is_not_named_by_the_rule_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Migration.Parse(name, "SELECT 1"));

    [Fact]
    public void Numbers_have_no_gaps() =>
        Assert.Throws<ArgumentException>(() => new MigrationSet(
            [Migration.Parse("0001_a.sql", "SELECT 1"), Migration.Parse("0003_c.sql", "SELECT 3")]));

    [Fact]
    public void The_embedded_migrations_are_found_in_order()
    {
        Assert.Equal("0001_state", MigrationSet.Embedded.All[0].ToString());
        Assert.Equal("0002_indexes", MigrationSet.Embedded.All[1].ToString());
        Assert.True(MigrationSet.Embedded.All[1].IsConcurrent);
        Assert.Equal(10, MigrationSet.AuditIndexes.Statements.Count);
    }

    [Theory]
    [InlineData(130_018)]
    [InlineData(90_624)]
    public void A_server_below_14_is_refused(int version) =>
        Assert.Contains("14 or newer", Assert.Throws<StoreIncompatibleException>(() => ServerRequirements.Check(version, "UTF8")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_encoding_other_than_utf8_is_refused() =>
        Assert.Contains("LATIN1", Assert.Throws<StoreIncompatibleException>(() => ServerRequirements.Check(150_018, "LATIN1")).Message,
            StringComparison.Ordinal);
}
