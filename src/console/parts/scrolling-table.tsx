import { Table } from "@mantine/core";
import type { ReactNode } from "react";

type Column = { title: string; isNumber?: boolean };
type ScrollingTableProps = { label: string; columns: readonly Column[]; minWidth?: number; children: ReactNode; foot?: ReactNode };

/** A table that scrolls sideways by itself on a narrow screen, with the keyboard too. */
export function ScrollingTable({ label, columns, minWidth = 560, children, foot }: ScrollingTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={label}>
      <Table verticalSpacing="xs" highlightOnHover aria-label={label} className="top-aligned">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.title} scope="col" className={column.isNumber ? "number" : undefined}>
                {column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
        {foot ? <Table.Tfoot>{foot}</Table.Tfoot> : null}
      </Table>
    </Table.ScrollContainer>
  );
}
