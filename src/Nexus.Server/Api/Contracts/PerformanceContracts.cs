using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Figures over closed trades that have a PnL, of exact sums in the database. Ratios are rounded to 8 places.</summary>
internal sealed record PerformanceView(
    long Trades,
    long Wins,
    long Losses,
    [property: Description("0 to 1.")] decimal WinRate,
    Figure GrossProfit,
    [property: Description("As a positive number.")] Figure GrossLoss,
    [property: Description("Null if there were no losses.")] Figure? ProfitFactor,
    [property: Description("The mean PnL of a trade.")] decimal Expectancy,
    Figure TotalPnl,
    Figure TotalFees,
    [property: Description("As a positive number.")] Figure MaxDrawdown)
{
    [Description("The mean PnL of the wins; null without wins.")]
    public decimal? AverageWin { get; init; }

    [Description("The mean PnL of the losses as a positive number; null without losses.")]
    public decimal? AverageLoss { get; init; }

    [Description("The expectancy in R, the average loss; null without losses.")]
    public Figure? ExpectancyR { get; init; }

    [Description("Mean / sample standard deviation of the PnL of a UTC day x sqrt(365); null for fewer than two days or if all days are equal.")]
    public Figure? SharpeRatio { get; init; }

    [Description("The mean time from entry to exit in seconds; null if no trade has both.")]
    public decimal? AverageHoldingSeconds { get; init; }

    [Description("The mean of the number mae in the metadata; null without, and unless excursions=true.")]
    public decimal? AverageMae { get; init; }

    [Description("The mean of the number mfe in the metadata; null without, and unless excursions=true.")]
    public decimal? AverageMfe { get; init; }

    [Description("With groupBy: the groups with the largest total PnL, up to limit.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PerformanceGroupView>? Groups { get; init; }

    [Description("With groupBy: how many groups there are in all.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? GroupCount { get; init; }

    public static PerformanceView From(TradePerformance figures, PerformanceGroups? groups = null)
    {
        var exact = figures.ExactFigures;
        return new(
            figures.Trades,
            figures.Wins,
            figures.Losses,
            figures.WinRate,
            Figure.Of(nameof(figures.GrossProfit), figures.GrossProfit, exact),
            Figure.Of(nameof(figures.GrossLoss), figures.GrossLoss, exact),
            Figure.Of(nameof(figures.ProfitFactor), figures.ProfitFactor, exact),
            figures.Expectancy,
            Figure.Of(nameof(figures.TotalPnl), figures.TotalPnl, exact),
            Figure.Of(nameof(figures.TotalFees), figures.TotalFees, exact),
            Figure.Of(nameof(figures.MaxDrawdown), figures.MaxDrawdown, exact))
        {
            AverageWin = figures.AverageWin,
            AverageLoss = figures.AverageLoss,
            ExpectancyR = Figure.Of(nameof(figures.ExpectancyR), figures.ExpectancyR, exact),
            SharpeRatio = Figure.Of(nameof(figures.SharpeRatio), figures.SharpeRatio, exact),
            AverageHoldingSeconds = figures.AverageHoldingTime is { } time ? (decimal)time.Ticks / TimeSpan.TicksPerSecond : null,
            AverageMae = figures.AverageMae,
            AverageMfe = figures.AverageMfe,
            Groups = groups?.Groups.Select(group => new PerformanceGroupView(group.Name, From(group.Performance))).ToList(),
            GroupCount = groups?.Count,
        };
    }
}

/// <summary>The figures of one group.</summary>
internal sealed record PerformanceGroupView(
    [property: Description("What the trades have in common; null for trades without it.")] string? Name, PerformanceView Performance);

/// <summary>An equity curve.</summary>
internal sealed record EquityView(
    [property: Description("In order of time. Buckets without a trade are left out.")] IReadOnlyList<EquityPointView> Points);

/// <summary>One step of an equity curve.</summary>
internal sealed record EquityPointView(
    [property: Description("Where the bucket starts.")] DateTimeOffset At,
    [property: Description("The trades closed in it.")] long Trades,
    Figure Pnl,
    Figure Fees,
    [property: Description("The running total of PnL at the end of the bucket; 0 before the first trade.")] Figure Equity,
    [property: Description("How far the total is below its peak at the end of the bucket.")] Figure Drawdown,
    [property: Description("The largest such fall at any trade within the bucket.")] Figure MaxDrawdown)
{
    public static EquityPointView From(EquityPoint point) => new(
        point.At,
        point.Trades,
        Figure.Of(nameof(point.Pnl), point.Pnl, point.ExactFigures),
        Figure.Of(nameof(point.Fees), point.Fees, point.ExactFigures),
        Figure.Of(nameof(point.Equity), point.Equity, point.ExactFigures),
        Figure.Of(nameof(point.Drawdown), point.Drawdown, point.ExactFigures),
        Figure.Of(nameof(point.MaxDrawdown), point.MaxDrawdown, point.ExactFigures));
}
