namespace Hyperplane.Dataplane.Flows;

/// <summary>Where the keys of a <see cref="RowIndex{TKeys}"/> stand.</summary>
public interface IRowKeys
{
    /// <summary>The key of a row.</summary>
    FlowKey4 KeyOf(int row);

    /// <summary>Asks for the memory that <see cref="KeyOf"/> reads.</summary>
    void Expect(int row);
}
