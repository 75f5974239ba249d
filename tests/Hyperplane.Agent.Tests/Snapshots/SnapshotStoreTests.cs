using System.Runtime.Versioning;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;

namespace Hyperplane.Agent.Tests.Snapshots;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_kept_comes_back()
    {
        SnapshotBody body = Sample.Body(Sample.Snapshot());
        new SnapshotStore(_directory.Path).Save(body, 7);
        var again = new SnapshotStore(_directory.Path);
        (SnapshotBody? loaded, string? error) = again.Load();
        Assert.Null(error);
        Assert.Equal(body.Bytes.ToArray(), loaded!.Bytes.ToArray());
        Assert.Equal(body.Hash.ToArray(), loaded.Hash.ToArray());
        Assert.Equal((7UL, null), again.LoadFence());
    }

    [Fact]
    public void An_empty_directory_is_no_error()
    {
        var store = new SnapshotStore(_directory.File("new"));
        Assert.Equal((null, null), store.Load());
        Assert.Equal((0UL, null), store.LoadFence());
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void The_directory_is_for_its_user_alone()
    {
        _ = new SnapshotStore(_directory.File("new"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_directory.File("new")));
    }

    [Fact]
    public void A_later_snapshot_replaces_an_earlier_one_and_leaves_no_temporary_file()
    {
        var store = new SnapshotStore(_directory.Path);
        store.Save(Sample.Body(Sample.Snapshot(7)), 7);
        SnapshotBody later = Sample.Body(Sample.Snapshot(8, vips: 1));
        store.Save(later, 8);
        Assert.Equal(later.Hash.ToArray(), store.Load().Body!.Hash.ToArray());
        Assert.Equal(["fence", "snapshot"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_crash_while_the_temporary_file_is_written_leaves_the_old_snapshot()
    {
        var store = new SnapshotStore(_directory.Path);
        SnapshotBody body = Sample.Body(Sample.Snapshot(7));
        store.Save(body, 7);
        File.WriteAllBytes(_directory.File("snapshot.new"), [1, 2, 3]);
        Assert.Equal(body.Hash.ToArray(), store.Load().Body!.Hash.ToArray());
        store.Save(Sample.Body(Sample.Snapshot(8)), 8);
        Assert.Null(store.Load().Error);
    }

    [Fact]
    public void A_snapshot_cut_anywhere_is_reported_and_ignored()
    {
        var store = new SnapshotStore(_directory.Path);
        store.Save(Sample.Body(Sample.Snapshot()), 7);
        byte[] whole = File.ReadAllBytes(_directory.File("snapshot"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_directory.File("snapshot"), whole[..length]);
            (SnapshotBody? body, string? error) = store.Load();
            Assert.Null(body);
            Assert.StartsWith(_directory.File("snapshot"), error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_snapshot_with_any_flipped_bit_is_reported_and_ignored()
    {
        var store = new SnapshotStore(_directory.Path);
        store.Save(Sample.Body(Sample.Snapshot()), 7);
        byte[] bytes = File.ReadAllBytes(_directory.File("snapshot"));
        for (int bit = 0; bit < bytes.Length * 8; bit += bit < 64 * 8 ? 1 : 37)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_directory.File("snapshot"), bytes);
            (SnapshotBody? body, string? error) = store.Load();
            Assert.True(body is null && error is not null, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("7 0000000000000000")]
    [InlineData("-1 x")]
    [InlineData("99999999999999999999999 x")]
    public void A_damaged_fence_is_reported_and_counts_as_none(string text)
    {
        var store = new SnapshotStore(_directory.Path);
        File.WriteAllText(_directory.File("fence"), text);
        (ulong version, string? error) = store.LoadFence();
        Assert.Equal(0UL, version);
        Assert.Equal($"{_directory.File("fence")}: damaged", error);
    }

    [Fact]
    public void A_fence_with_another_number_is_damaged()
    {
        var store = new SnapshotStore(_directory.Path);
        store.Save(Sample.Body(Sample.Snapshot(17)), 17);
        string text = File.ReadAllText(_directory.File("fence"));
        File.WriteAllText(_directory.File("fence"), "18" + text[2..]);
        Assert.NotNull(store.LoadFence().Error);
    }
}
