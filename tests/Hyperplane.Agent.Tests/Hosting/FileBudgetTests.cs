using Hyperplane.Agent.Hosting;
using Hyperplane.Linux.Files;

namespace Hyperplane.Agent.Tests.Hosting;

public sealed class FileBudgetTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(256, 128)]
    [InlineData(1_024, 512)]
    [InlineData(4_096, 2_048)]
    [InlineData(8_192, 4_576)]
    [InlineData(19_999, 16_383)]
    [InlineData(20_000, 16_384)]
    [InlineData(1_048_576, 16_384)]
    [InlineData(ulong.MaxValue, 16_384)]
    public void Probes_leave_files_for_everything_else(ulong limit, int probes) =>
        Assert.Equal(probes, FileBudget.ProbesWithin(limit));

    [Fact]
    public void A_limit_that_is_too_low_is_raised_as_far_as_it_goes_and_another_stays()
    {
        (ulong soft, ulong hard) = OpenFiles.Limits();
        ulong lowered = hard - 1;
        try
        {
            OpenFiles.Set(lowered, hard);
            Assert.Equal(lowered, OpenFiles.Raise(lowered));
            Assert.Equal((lowered, hard), OpenFiles.Limits());
            Assert.Equal(hard, OpenFiles.Raise(hard));
            Assert.Equal((hard, hard), OpenFiles.Limits());
            Assert.Equal(hard, OpenFiles.Raise(ulong.MaxValue));
        }
        finally
        {
            OpenFiles.Set(soft, hard);
        }
    }
}
