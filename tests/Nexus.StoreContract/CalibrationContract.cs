using Nexus.Calibrations;
using Nexus.Engine;

namespace Nexus.StoreContract;

/// <summary>Calibrations in a store: versions, conditions, removal, order.</summary>
public abstract class CalibrationContract : StoreContract
{
    private const string Id = "1/GRID/BTCUSDT/";

    private static readonly CalibrationValues Values = new()
    {
        ConfidenceThreshold = 0.65m,
        LeverageMultiplier = 999.99m,
        SizeMultiplier = 0.85m,
        KellyFraction = 0.1234m,
        WinRateEstimate = 0.5555m,
        RiskRewardEstimate = 999_999.9999m,
        IsActive = false,
    };

    [Fact]
    public async Task A_calibration_is_created_replaced_and_removed_under_conditions()
    {
        AssertApplied(1, await ApplyAsync(new SaveCalibration(Id, Values, ExpectedVersion: 0)));
        Assert.Equal(WriteStatus.Conflict, (await ApplyAsync(new SaveCalibration(Id, Values, 0))).Status);
        Assert.Equal(Values, Assert.Single(await Store.GetCalibrationsAsync([Id, "1/GRID//"], Token)).Values);

        var second = new SaveCalibration(Id, new CalibrationValues(), 1);
        AssertApplied(2, await ApplyAsync(second));
        Assert.Equal(WriteStatus.Conflict, (await ApplyAsync(new SaveCalibration(Id, Values, 1))).Status);
        var stored = Assert.Single(await Store.GetCalibrationsAsync([Id], Token));
        Assert.Equal((new CalibrationValues(), 2L), (stored.Values, stored.Version));

        Assert.Equal(WriteStatus.Conflict, (await ApplyAsync(new RemoveCalibration(Id, 1))).Status);
        Assert.Equal(WriteStatus.Applied, (await ApplyAsync(new RemoveCalibration(Id, 2))).Status);
        Assert.Equal(WriteStatus.NotFound, (await ApplyAsync(new RemoveCalibration(Id, null))).Status);
        Assert.Empty(await Store.GetCalibrationsAsync([Id], Token));
        AssertApplied(1, await ApplyAsync(new SaveCalibration(Id, Values, null)));
    }

    [Fact]
    public async Task The_calibrations_of_a_chat_are_listed_in_pages_in_the_order_of_bytes()
    {
        string[] ids = ["-1/a//", "1/%2F//", "1/GRID//", "1/GRID//BYBIT", "1/GRID/BTCUSDT/", "1/ñ//", "10/GRID//", "2/GRID//"];
        await ApplyAllAsync([.. ids.Reverse().Select(id => new SaveCalibration(id, Values, null))]);

        Assert.Equal(ids, (await ToListAsync(Store.ListCalibrationsAsync(null, null, null, Token))).Select(row => row.Id));
        Assert.Equal(ids[1..6], (await ToListAsync(Store.ListCalibrationsAsync("1", null, null, Token))).Select(row => row.Id));
        Assert.Equal(ids[3..5], (await ToListAsync(Store.ListCalibrationsAsync("1", "1/GRID//", 2, Token))).Select(row => row.Id));
        Assert.Equal(["10/GRID//"], (await ToListAsync(Store.ListCalibrationsAsync("10", null, null, Token))).Select(row => row.Id));
    }

    [Fact]
    public async Task A_repeated_write_is_applied_once()
    {
        var write = new SaveCalibration(Id, Values, null);
        AssertApplied(1, await ApplyAsync(write));
        Assert.Equal((WriteStatus.AlreadyApplied, 1L), (await ApplyAsync(write)) is var again ? (again.Status, again.Version) : default);
    }
}
