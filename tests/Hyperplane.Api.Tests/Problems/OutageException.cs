using System.Data.Common;

namespace Hyperplane.Api.Tests.Problems;

/// <summary>What a database driver throws.</summary>
internal sealed class OutageException(bool transient) : DbException("10.0.0.5 refuses")
{
    public override bool IsTransient => transient;
}
